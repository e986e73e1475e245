/** Finds names of parameters that ask for more than the task needs. */
import { plain } from './fold.ts';

/** In lower case and without separators. */
const telltale = new Set(
  `conversationhistory chathistory messagehistory sessionhistory dialoghistory dialoguehistory fullconversation
  entireconversation conversationcontext conversationlog conversationtranscript chattranscript chatlog previousmessages
  priormessages allmessages fullcontext fullcontextdump contextdump contextwindow modelcontext agentcontext llmcontext
  systemprompt systemprompts systemmessage systeminstructions developerprompt developermessage initialprompt
  originalprompt hiddenprompt userprompthistory chainofthought chainofthoughts cot reasoningtrace reasoninghistory
  internalreasoning hiddenreasoning modelreasoning internalthoughts innermonologue scratchpad sidenote sidenotes
  sidechannel memorydump agentmemory toolcallhistory toolhistory previoustoolcalls availabletools alltools
  environmentvariablesdump envdump environmentdump credentialsdump secretsdump sshkey sshprivatekey`.split(/\s+/u),
);

/** Whether a parameter is named after the conversation, the agent's instructions or its reasoning. */
export const isTelltale = (name: string): boolean =>
  telltale.has(
    plain(name)
      .toLowerCase()
      .replace(/[^a-z0-9]/gu, ''),
  );
