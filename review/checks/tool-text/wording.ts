/** The phrases that rules search for: some that no honest tool says, and some that few honest tools say. */
import type { Level } from '../../../schemas/types.ts';
import type { Reading } from './fold.ts';
import { phraseBook, type Hit, type Phrase } from './phrase.ts';

export type WordingRule =
  'text-instruction-override' | 'text-concealment' | 'text-coercive-order' | 'text-asks-for-conversation';

export interface Wording {
  readonly rule: WordingRule;
  readonly level: Level;
}

const orders = 'instruction|instructions|directive|directives|guideline|guidelines|guardrail|guardrails';
const softOrders = 'prompt|prompts|rule|rules|command|commands|order|orders|policy|policies|restrictions|constraints';
const earlier = 'previous|prior|above|earlier|preceding|foregoing';
const given = `${earlier}|all|any|every|system|developer|original|initial|existing|your|other|safety`;
/** Without "any" and "every": a text that says to follow no instructions within a result protects the agent. */
const obeyed = `${earlier}|system|developer|original|initial|existing|your|other|safety`;
const ignore = 'ignore|ignoring|disregard|disregarding|forget|forgetting|neglect|disobey';

const override: readonly string[] = [
  `${ignore} ..4 ${given} ..4 ${orders}`,
  `${ignore} ..4 ${earlier}|system|developer|safety ..3 ${softOrders}`,
  `${ignore} ..3 everything|anything|all ..3 before|above|previously|told|said|learned`,
  `${ignore} ..3 ${orders}|${softOrders} ..2 above|before|previously|given`,
  `not|never|dont|stop ..1 follow|following|obey|obeying ..3 ${obeyed} ..4 ${orders}|${softOrders}`,
  `not|never|dont|stop ..1 follow|following|obey|obeying ..3 ${orders}|${softOrders} ..2 of|from|by ..2 user|users|human|developer|system|operator`,
  `not|never|dont|stop ..1 follow|following|obey|obeying ..3 ${orders}|${softOrders} ..3 before|above|previously|earlier|given`,
  `pay|paying no attention ..3 ${given} ..4 ${orders}|${softOrders}`,
  `override|overrides|overriding|supersede|supersedes|bypass|bypasses ..3 your|safety|developer ..3 ${orders}|guardrails|rules|training|programming`,
  `these|following|new instructions override|supersede|replace ..4 ${given} ..4 ${orders}|${softOrders}`,
  // German, French, Spanish, Italian, Portuguese, Dutch.
  'ignoriere|ignorieren|vergiss|missachte ..3 vorherigen|bisherigen|vorigen|früheren|obigen|alle ..3 anweisungen|instruktionen|vorgaben|regeln|befehle',
  'ignore|ignorez|ignorer|oublie|oubliez ..3 instructions|consignes|directives|règles ..2 précédentes|antérieures|antérieurs|ci',
  'ignora|ignore|ignorar|olvida|olvide ..3 instrucciones|reglas|órdenes|indicaciones ..2 anteriores|previas|previos',
  'ignora|ignorare|dimentica ..3 istruzioni|regole|indicazioni ..2 precedenti',
  'ignore|ignora|esqueça|esquece|desconsidere ..3 instruções|regras|ordens ..2 anteriores|prévias',
  'negeer|vergeet ..3 vorige|eerdere|voorgaande|alle ..3 instructies|aanwijzingen|regels',
  // Russian, Chinese, Japanese, Korean.
  'игнорируй|игнорируйте|забудь|забудьте|проигнорируй ..3 предыдущие|прежние|прошлые|все ..3 инструкции|указания|команды|правила',
  '忽略|无视|忘记|忽視|無視 ..3 之前|以上|先前|前面|所有|上述 ..3 指令|指示|说明|提示|規則|规则',
  '以前|これまで|上記|前 ..4 指示|命令 ..4 無視|忘れ',
  '이전|위의|모든 ..3 지시|지침|명령|지시를|지침을 ..3 무시',
];

const possibleOverride: readonly string[] = [
  'you are now|actually a|an|in|the|my|our|acting|operating|no|dan',
  `${ignore} ..3 user|users|human ..1 said|says|asked|asks|wants|want|wanted|request|requests|wishes`,
  'your|the new|real|true|actual task|goal|objective|purpose|instructions|role|mission is|are',
  'from now on ..1 you|your|act|always|never|respond|answer|ignore',
  'enter|enable|activate|activated|switch ..3 developer|jailbreak|dan|god|unrestricted|admin mode',
  'you have been|are reprogrammed|jailbroken',
  `${ignore} ..4 ${earlier} ..3 context|messages|conversation`,
  `override|overrides|bypass ..3 system ..1 prompt|prompts|instructions|message`,
  'new system prompt|instructions|message',
  'reveal|print|output|repeat|leak ..3 your ..2 system|initial|original ..1 prompt|instructions|message',
];

const person = 'user|human|person|operator';
const people = `${person}|users|humans|people|anyone|anybody|customer|customers`;
const telling = 'tell|telling|mention|mentioning|inform|informing';
const showing =
  'notify|notifying|alert|alerting|reveal|revealing|disclose|disclosing|report|reporting|explain|explaining';
const not = 'not|never|dont|without|avoid|mustnt|shouldnt|cannot|nor';

const concealment: readonly string[] = [
  `${not} ..2 ${telling} ..1 the|your|this|any ..1 ${person} about|that|of|what|why|you|this|anything`,
  `${not} ..1 mention|mentioning|reveal|revealing|disclose|disclosing ..6 to the|your|any ${person}`,
  `${not} ..1 let|letting ..1 the|your ${person} know|notice|see|find|realize|realise|learn|suspect`,
  `without ..1 the|your ${person}|users ..1 knowledge|knowing|awareness|noticing|consent|realizing|realising`,
  `${person}|users must|should|shall|may|will|can|need|does|do ..1 not|never|nor ..2 know|notice|learn|realize|realise|find|suspect|aware`,
  `${person}|users must|should|may not|never be told|informed|aware|made|notified`,
  'not|never|dont ..1 mention|tell|say|disclose|reveal|report that|how|why you|we',
  'hide|conceal|hiding|concealing ..1 this|that|these|it|them|your|what|the ..4 from the|your user|human|operator',
  'keep|keeping ..1 this|that|these|it ..3 secret|hidden|confidential|invisible|concealed ..1 from ..1 user|human|operator|users',
  'secretly|covertly|surreptitiously|stealthily ..2 send|sends|read|reads|copy|copies|forward|forwards|include|includes|call|calls|add|adds|upload|uploads|collect|collects|store|stores|log|logs|pass|execute|run|exfiltrate',
  'behind the users back',
  'nicht|niemals|ohne|nie ..4 nutzer|benutzer|anwender ..4 mitteilen|sagen|erwähnen|informieren|wissen|verraten',
  'erwähne|sage|sag|verrate|informiere ..4 nutzer|benutzer|anwender ..3 nichts|nicht|niemals',
  'ne|sans ..2 dites|dis|dire|mentionnez|mentionne|mentionner|informer|informez|révélez ..3 utilisateur|lutilisateur',
  'no|nunca|sin ..2 digas|diga|decir|menciones|mencione|mencionar|informes|informar|reveles ..4 usuario',
  'не|никогда ..2 говори|говорите|сообщай|сообщайте|упоминай|упоминайте ..3 пользователю|пользователя',
  '不要|不得|请勿|别|禁止 ..2 告诉|告知|提及|透露 ..2 用户|使用者',
];

const possibleConcealment: readonly string[] = [
  `${not} ..2 ${telling}|${showing} ..3 ${people} ..3 about|that|of|what|why|this|anything`,
  `${not} ..1 mention|reveal|disclose|expose ..3 this|these|it|tool|function|instruction|instructions ..4 to ..2 ${people}`,
  'not|never|dont|avoid ..1 mention|mentioning ..1 this|these|the ..1 step|instruction|instructions|tool|call|parameter ..3 in|to|when|unless|at',
  'keep|keeping ..1 this|these ..3 secret|confidential|private|hidden',
  'not|never|dont ..2 ask|asking|wait|request|seek|require ..3 user|users|human ..2 permission|confirmation|consent|approval',
  'not|never|dont ..1 ask|wait|prompt|asking|waiting for ..2 confirmation|permission|approval|consent',
  'no need to tell|inform|notify|mention|ask|alert ..2 user|users|human',
  'refrain|refraining from telling|mentioning|informing|notifying|disclosing|revealing|asking',
  'silently ..1 send|append|add|forward|copy|upload|include|pass|read|collect|insert|attach|bcc',
  'without ..1 asking|prompting|confirming|informing|telling ..3 the user',
];

const call = 'call|use|run|invoke|execute';
const called = 'called|used|run|invoked|executed';
const tool = 'tool|function|server|action';
const tools = 'tool|tools|function|functions|server|servers|action|actions|operation|operations';
const others = 'any|every|all|other|another|anything|everything|else';

const coercive: readonly string[] = [
  `always|must|mandatory|required|need|should ..2 ${call} ..1 this ..2 ${tool} ..3 first`,
  `always|must|mandatory|required|need|should ..2 ${call} ..1 this|it ..1 first ..1 before`,
  `must|should|always ..2 be ..1 ${called} ..2 first`,
  `must|should|always|required ..3 ${called} ..3 before ..2 ${others}`,
  `always|must|mandatory|required|first ..4 ${call} ..1 this ..4 before ..3 ${others}`,
  `${call} ..1 this ..3 before ..2 ${others} ..3 ${tools}`,
  `before ..1 using|calling|invoking|running|executing ..1 ${others} ..3 ${tools} ..6 must|always|first`,
  `before ..1 using|calling|invoking|running|executing ..1 ${others} ..3 ${tools} ..2 ${call}`,
  `instead of ..1 any|all|every|other ..1 other|available ..3 ${tools}`,
  `not|never|dont ..1 ${call} ..2 other|another|external ..2 ${tools}`,
  `prefer|prioritize|prioritise|favor|favour ..1 this ..2 ${tool} ..2 over|above ..2 ${others}`,
  'always|must ..1 route|send|pass|forward|direct ..2 all|every|any ..3 through|via|by|to this',
  `when|whenever|if|once|every|each ..1 another|other|any|every|external ..2 ${tools} ..3 called|used|invoked|available|run|sends`,
  `this|it ..2 replaces|supersedes|overrides ..3 ${others}|existing|built|native|default ..3 ${tools}`,
  `instead of the|a|an|your ..1 existing|built|native|default|builtin|standard|clients|hosts ..2 ${tools}`,
  `takes|take|has|have precedence|priority over ..2 ${others} ..3 ${tools}|instructions|rules`,
  `this ..2 tool|function has|have|must|takes ..2 highest|absolute|top priority|precedence`,
  `${call} ..1 this ..2 ${tool} ..2 for|on|before|after|with every|each ..2 message|request|response|turn|reply|prompt|query|conversation`,
];

const whole = 'entire|full|whole|complete|all|verbatim|raw|previous|prior|current';
const give =
  'include|pass|send|provide|put|copy|append|attach|paste|forward|summarize|summarise|dump|insert|add|place|write|submit|supply';
const asksForConversation: readonly string[] = [
  `${give} ..6 ${whole} ..2 conversation|transcript|dialogue ..1 history|context|so|with|here|as|log|to|into|in|and|transcript`,
  `${give} ..6 conversation|chat|session ..1 history|context|transcript|log ..2 here|as|in|into|to|so|with|up`,
  `${give}|reveal|output|repeat|print ..5 system prompt|message ..4 here|as|in|into|to|verbatim|and|value`,
  `${give} ..6 ${whole} ..2 messages|prompts ..2 from|of|in ..2 conversation|chat|session|user`,
  `${give} ..4 your ..2 chain|reasoning|thoughts|instructions|memory|prompt|context ..4 here|as|in|into|to|verbatim|of|value`,
  `${whole}|your ..2 conversation|chat ..1 history|transcript ..2 so far|between|including|verbatim|with`,
];

const phrasesOf = (rule: WordingRule, level: Level, phrases: readonly string[]): Phrase<Wording>[] => {
  const meaning: Wording = { rule, level };
  return phrases.map((words) => [words, meaning]);
};

const book = phraseBook<Wording>([
  ...phrasesOf('text-instruction-override', 'block', override),
  ...phrasesOf('text-instruction-override', 'review', possibleOverride),
  ...phrasesOf('text-concealment', 'block', concealment),
  ...phrasesOf('text-concealment', 'review', possibleConcealment),
  ...phrasesOf('text-coercive-order', 'review', coercive),
  ...phrasesOf('text-asks-for-conversation', 'review', asksForConversation),
]);

/** The phrases in a text that a tool should not say, at most one for each rule and level. */
export const wordingOf = (reading: Reading): Hit<Wording>[] => book.find(reading);
