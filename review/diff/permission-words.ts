import type { PermissionChange } from './types.ts';

/** What a permission change is about, as one text: `KEY: choices`, `no longer destructive: drop`. */
export function permissionText(permission: PermissionChange): string {
  const { change } = permission;
  switch (permission.area) {
    case 'label':
      return `${change === 'gained' ? 'no longer' : 'now'} ${permission.label}: ${permission.tool}`;
    case 'lifecycle':
      return `no longer ${permission.state}, or changed: ${permission.versions}`;
    case 'data-class':
      return permission.move === undefined
        ? permission.dataClass
        : permission.move === 'lowered'
          ? 'lowered: the rules are less strict'
          : 'raised: it may reach more sensitive data';
    default:
      return partText(permission);
  }
}

/** `KEY: choices`. */
export const partText = ({ subject, part }: { readonly subject: string; readonly part?: string }): string =>
  part === undefined ? subject : `${subject}: ${part}`;
