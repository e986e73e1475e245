/** How a server is started: what the schema cannot say about it. */
import type { Launch, Manifest } from '../schemas/types.ts';
import { didYouMean } from './did-you-mean.ts';
import { isLoaderVariable } from './environment.ts';
import { checkValues, type Path, type Report } from './input-rules.ts';
import { placeholderFaults, placeholdersIn, stateFolderName, type ReferredInput } from './placeholders.ts';

/** Every contradiction within `launch`, and between it and the permitted variables. */
export function checkLaunch(manifest: Manifest, report: Report): void {
  const { arguments: words = [], environment = [] } = manifest.launch ?? {};
  const allowed = new Set(manifest.permissions?.environment);
  const declared = new Set<string>();

  environment.forEach((input, index) => {
    const { name } = input;
    const path = ['launch', 'environment', index, 'name'];
    if (isLoaderVariable(name))
      report(path, {
        code: 'loader-variable',
        message: `${name} decides which code is loaded`,
        remedy: 'remove it: no server may have it',
      });
    else if (!allowed.has(name))
      report(path, {
        code: 'environment-not-permitted',
        message: `${name} is not among permissions.environment`,
        remedy: `add ${name} there`,
      });
    if (declared.has(name))
      report(path, { code: 'declared-twice', message: `${name} is declared twice`, remedy: 'keep one of them' });
    declared.add(name);
    checkValues(['launch', 'environment', index], input, report);
  });
  manifest.permissions?.environment?.forEach((name, index) => {
    if (!declared.has(name))
      report(['permissions', 'environment', index], {
        code: 'environment-not-declared',
        message: `${name} is permitted, but launch.environment does not declare it`,
        remedy: 'declare it there, or remove it here',
      });
  });

  const names = new Set<string>();
  const positional = words.filter((word) => word.type === 'positional');
  words.forEach((word, index) => {
    if (word.type === 'fixed') return;
    const path = ['launch', 'arguments', index, 'name'];
    if (names.has(word.name))
      report(path, { code: 'declared-twice', message: `${word.name} is declared twice`, remedy: 'keep one of them' });
    names.add(word.name);
    if (word.type === 'positional' && word.repeated === true && word !== positional.at(-1))
      report(path, {
        code: 'repeated-not-last',
        message: `${word.name} takes all words that are left, but another argument follows it`,
        remedy: 'put it last',
      });
    if (word.type === 'named' && word.flag === true && (word.default ?? word.choices) !== undefined)
      report(path, {
        code: 'flag-with-value',
        message: `${word.name} is a flag, and has a default or choices`,
        remedy: 'remove them, or remove flag: true',
      });
    checkValues(['launch', 'arguments', index], word, report);
  });

  checkPlaceholders(manifest.launch ?? {}, report);
  checkPort(manifest.launch ?? {}, report);
}

/** Fixed words and defaults may refer to inputs. Choices may not: messages show them, and an input can be a secret. */
function checkPlaceholders({ arguments: words = [], environment = [] }: Launch, report: Report): void {
  const inputs = [...words.filter((word) => word.type !== 'fixed'), ...environment];
  const rules = {
    ...{ declaredIn: 'launch.arguments or launch.environment', state: true, mayBeLeftOut: false },
    inputs: inputs as readonly ReferredInput[],
  };
  const check = (path: Path, text: string | undefined): void =>
    placeholderFaults(text ?? '', rules).forEach((fault) => report(path, fault));
  words.forEach((word, index) => {
    const path = ['launch', 'arguments', index];
    if (word.type === 'fixed') check([...path, 'value'], word.value);
    else check([...path, 'default'], word.default);
    if (word.type !== 'fixed') checkChoices(path, word.choices, report);
  });
  environment.forEach(({ default: preset, choices }, index) => {
    const path = ['launch', 'environment', index];
    check([...path, 'default'], preset);
    checkChoices(path, choices, report);
  });
}

function checkChoices(path: Path, choices: readonly string[] = [], report: Report): void {
  choices.forEach((choice, index) => {
    if (placeholdersIn(choice).some((name) => name !== stateFolderName))
      report([...path, 'choices', index], {
        code: 'placeholder-in-choice',
        message: `the choice ${JSON.stringify(choice)} refers to another input`,
        remedy: 'write each choice as it is; only ${state} may stand in one',
      });
  });
}

function checkPort({ transport, arguments: words = [], environment = [] }: Launch, report: Report): void {
  const wanted = transport?.port_input;
  if (transport !== undefined && transport.port === undefined && wanted === undefined)
    report(['launch', 'transport'], {
      code: 'transport-without-port',
      message: 'the transport says neither a port nor what tells the server one',
      remedy: 'give port, port_input or both',
    });
  if (wanted === undefined) return;
  const names = [
    ...words.flatMap((word) => (word.type === 'fixed' ? [] : [word.name])),
    ...environment.map(({ name }) => name),
  ];
  if (!names.includes(wanted))
    report(['launch', 'transport', 'port_input'], {
      code: 'port-input-undeclared',
      message: `launch declares no ${wanted}${didYouMean(wanted, names)}`,
      remedy: `declare it under launch.arguments or launch.environment, or leave port_input out`,
    });
}
