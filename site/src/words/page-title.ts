/** The title of a page of a list that may have several: no two pages share one. */
export const pageTitle = (title: string, page: number): string => (page > 1 ? `${title}, page ${page}` : title);
