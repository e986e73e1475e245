/** For whom a server is. Hosts, lists and views of the registry all ask here. */

/** The groups that a device or an account belongs to. To find them out may take a while. */
export type Groups = () => ReadonlySet<string>;

/** Whether one of these groups is among those that may run a server. They are not asked for if everybody may. */
export const meetsAudience = (audience: readonly string[] | undefined, groups: Groups): boolean =>
  audience === undefined || audience.some((group) => groups().has(group));
