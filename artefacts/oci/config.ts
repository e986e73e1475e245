/** Reads the config of an image strictly: which platform it is for, and what it starts. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxImageWordLength, maxImageWords } from '../../core/limits.ts';
import { digestForm, listOf, malformed, objectOf, platformOf, shown, tooLarge, type OciPlatform } from './documents.ts';

/** What the config of an image starts, and with what. Every field is absent where it would be empty. */
export interface OciStart {
  readonly entrypoint?: readonly string[];
  /** The words after the entrypoint, where no others are given. */
  readonly command?: readonly string[];
  /** `NAME=value`, in the image's order. */
  readonly environment?: readonly string[];
  readonly user?: string;
  readonly workingFolder?: string;
  readonly exposedPorts?: readonly string[];
  /** Folders that an engine would keep outside of the image, sorted. */
  readonly volumes?: readonly string[];
  /** Only those of OCI, which say where an image comes from, sorted. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** `layers` is how many the manifest has. @throws Refusal E_FORMAT, E_TOO_LARGE */
export function readImageConfig(bytes: Uint8Array, layers: number, what: string): OciPlatform & OciStart {
  const document = objectOf(bytes, what);
  const { rootfs, config } = document;
  const { type, diff_ids: differences } = isJsonObject(rootfs) ? rootfs : {};
  if (type !== 'layers') throw malformed(what, 'has no `rootfs` of layers');
  const ids = textsOf(differences, `${what}: diff_ids`);
  if (ids.length !== layers || !ids.every((id) => digestForm.test(id)))
    throw malformed(what, `names ${ids.length} layers, and its manifest ${layers}`);
  if (config !== undefined && config !== null && !isJsonObject(config))
    throw malformed(what, 'has a `config` that is no object');
  return { ...platformOf(document, what), ...startOf(config ?? {}, what) };
}

/** The digests of the unpacked layers, from the lowest to the highest. @throws as `readImageConfig` */
export function readDiffIds(bytes: Uint8Array, layers: number, what: string): string[] {
  readImageConfig(bytes, layers, what);
  const { rootfs } = objectOf(bytes, what);
  return textsOf((rootfs as JsonObject)['diff_ids'], `${what}: diff_ids`);
}

function startOf(config: JsonObject, what: string): OciStart {
  const entrypoint = textsOf(config['Entrypoint'], `${what}: Entrypoint`);
  const command = textsOf(config['Cmd'], `${what}: Cmd`);
  const environment = textsOf(config['Env'], `${what}: Env`);
  const unnamed = environment.find((each) => !/^[^=]+=/u.test(each));
  if (unnamed !== undefined) throw malformed(what, 'has a variable that is not NAME=value');
  const [user, workingFolder] = [
    textOf(config['User'], `${what}: User`),
    textOf(config['WorkingDir'], `${what}: WorkingDir`),
  ];
  const exposedPorts = keysOf(config['ExposedPorts'], `${what}: ExposedPorts`);
  const volumes = keysOf(config['Volumes'], `${what}: Volumes`);
  // They become words of an engine's option, in which a comma or a colon would begin another one.
  for (const volume of volumes)
    if (!/^\/[^,:]+$/u.test(volume) || volume.split('/').some((part) => part === '..'))
      throw malformed(what, `has a volume in ${shown(volume)}`);
  const labels = keysOf(config['Labels'], `${what}: Labels`)
    .filter((key) => key.startsWith('org.opencontainers.image.'))
    .map((key) => [key, textOf((config['Labels'] as JsonObject)[key], `${what}: ${key}`)]);
  return {
    ...(entrypoint.length > 0 && { entrypoint }),
    ...(command.length > 0 && { command }),
    ...(environment.length > 0 && { environment }),
    ...(user !== '' && { user }),
    ...(workingFolder !== '' && { workingFolder }),
    ...(exposedPorts.length > 0 && { exposedPorts }),
    ...(volumes.length > 0 && { volumes }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) as Record<string, string> }),
  };
}

/** Docker writes null where there is nothing. */
const textsOf = (value: unknown, what: string): string[] =>
  listOf(value ?? [], what, maxImageWords).map((each) => textOf(each ?? 0, what));

function keysOf(value: unknown, what: string): string[] {
  if (value !== undefined && value !== null && !isJsonObject(value)) throw malformed(what, 'are no object');
  return textsOf(Object.keys(value ?? {}), what).sort();
}

function textOf(value: unknown, what: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || value.includes('\0')) throw malformed(what, 'holds something else than text');
  if (value.length > maxImageWordLength) throw tooLarge(what, `has more than ${maxImageWordLength} characters`);
  return value;
}
