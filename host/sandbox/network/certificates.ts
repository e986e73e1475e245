/** The certificate authorities that this machine names, which a server needs behind a proxy that opens its connections. */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { liesIn, resolved } from '../paths.ts';
import { protectedPlaces, type ProtectedMachine } from '../protected.ts';

const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/** Files that a server may read, by the variable that names each. Nothing that is protected. */
export function certificates(machine: ProtectedMachine): { readonly name: string; readonly path: string }[] {
  const named = names.flatMap((name) => {
    const path = machine.environment[name];
    return path !== undefined && isAbsolute(path) && isFile(path) ? [{ name, path: resolved(path) }] : [];
  });
  if (named.length === 0) return [];
  const places = protectedPlaces(machine);
  return named.filter(({ path }) => places.every((place) => !liesIn(path, place.path)));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
