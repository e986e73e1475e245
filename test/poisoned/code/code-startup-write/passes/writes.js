import { writeFileSync } from 'node:fs';
export const save = (report) => writeFileSync('profile.json', JSON.stringify(report));
export const cronExpression = '*/5 * * * *';
