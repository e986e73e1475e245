/** A function that does nothing, for tests. */
export const handler = async (event: unknown): Promise<unknown> => event;
