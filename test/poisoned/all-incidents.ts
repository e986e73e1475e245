/** Every incident by its file, in the order of the names. */
import type { Incident } from '../support/incident.ts';
import { incident as actsByCountry } from './incidents/acts-by-country.ts';
import { incident as addedDependency } from './incidents/added-dependency.ts';
import { incident as addressRunsCommand } from './incidents/address-runs-command.ts';
import { incident as agentConfiguration } from './incidents/agent-configuration.ts';
import { incident as agentsTurned } from './incidents/agents-turned.ts';
import { incident as bundledCopy } from './incidents/bundled-copy.ts';
import { incident as changedAfterApproval } from './incidents/changed-after-approval.ts';
import { incident as changedHands } from './incidents/changed-hands.ts';
import { incident as copiedMail } from './incidents/copied-mail.ts';
import { incident as hiddenText } from './incidents/hidden-text.ts';
import { incident as lineJumping } from './incidents/line-jumping.ts';
import { incident as lookAlikeServer } from './incidents/look-alike-server.ts';
import { incident as lostProvenance } from './incidents/lost-provenance.ts';
import { incident as poisonedDefinition } from './incidents/poisoned-definition.ts';
import { incident as remoteConfiguration } from './incidents/remote-configuration.ts';
import { incident as replacedNativeFile } from './incidents/replaced-native-file.ts';
import { incident as secondStage } from './incidents/second-stage.ts';
import { incident as selfSpreadingWorm } from './incidents/self-spreading-worm.ts';
import { incident as shadowedTool } from './incidents/shadowed-tool.ts';
import { incident as swappedAddresses } from './incidents/swapped-addresses.ts';
import { incident as threeThingsTogether } from './incidents/three-things-together.ts';
import { incident as unpinnedSource } from './incidents/unpinned-source.ts';
import { incident as waits } from './incidents/waits.ts';

export const incidents: ReadonlyMap<string, Incident> = new Map([
  ['acts-by-country.ts', actsByCountry],
  ['added-dependency.ts', addedDependency],
  ['address-runs-command.ts', addressRunsCommand],
  ['agent-configuration.ts', agentConfiguration],
  ['agents-turned.ts', agentsTurned],
  ['bundled-copy.ts', bundledCopy],
  ['changed-after-approval.ts', changedAfterApproval],
  ['changed-hands.ts', changedHands],
  ['copied-mail.ts', copiedMail],
  ['hidden-text.ts', hiddenText],
  ['line-jumping.ts', lineJumping],
  ['look-alike-server.ts', lookAlikeServer],
  ['lost-provenance.ts', lostProvenance],
  ['poisoned-definition.ts', poisonedDefinition],
  ['remote-configuration.ts', remoteConfiguration],
  ['replaced-native-file.ts', replacedNativeFile],
  ['second-stage.ts', secondStage],
  ['self-spreading-worm.ts', selfSpreadingWorm],
  ['shadowed-tool.ts', shadowedTool],
  ['swapped-addresses.ts', swappedAddresses],
  ['three-things-together.ts', threeThingsTogether],
  ['unpinned-source.ts', unpinnedSource],
  ['waits.ts', waits],
]);
