/** Rows under headings: neighbours with the same heading stand together. */
export interface Group<Row> {
  readonly heading: string;
  readonly rows: readonly Row[];
}

export function groupRows<Row>(rows: readonly Row[], headingOf: (row: Row) => string): readonly Group<Row>[] {
  const groups: { readonly heading: string; readonly rows: Row[] }[] = [];
  for (const row of rows) {
    const heading = headingOf(row);
    const last = groups.at(-1);
    if (last?.heading === heading) last.rows.push(row);
    else groups.push({ heading, rows: [row] });
  }
  return groups;
}
