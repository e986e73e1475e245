import type { Incident, Tool } from '../../support/incident.ts';

const tool = (name: string, description: string): Tool => ({ name, description, inputSchema: { type: 'object' } });
const files = { 'index.js': 'exports.tickets = () => [];\n' };
const tools = [tool('show_case', 'Shows one case of the help desk.')];
const host = "permissions:\n  network: ['desk.example.com:443']\n";
const labels = (text: string): string => `tools:\n  labels:\n    show_case: [${text}]\n`;

export const incident: Incident = {
  title: 'Private data, words of strangers and a way out',
  happened: `In May 2025 Invariant Labs had an agent read an issue in a public repository, follow the words in it, and write
private repositories into a public one, with GitHub's own MCP server. In July 2025 General Analysis did it with a support ticket
and a database behind Supabase's server. EchoLeak (CVE-2025-32711, Aim Labs) needed one mail to have Microsoft 365 Copilot send
data out. No program was harmful in any of them. Simon Willison named it the "lethal trifecta" in June 2025.`,
  server: 'desk',
  approved: { files, tools, manifest: `${host}${labels('private-data')}` },
  attacks: [
    {
      title: 'a change that labels the tool as one that reads what strangers write',
      change: { manifest: `${host}${labels('private-data, untrusted-content')}` },
      verdict: 'needs a person',
      finds: ['review tools-data-flow'],
    },
    {
      title: 'a change that takes the labels away, and leaves names that tell',
      change: {
        manifest: host,
        tools: [tool('read_tickets', 'Shows tickets.'), tool('search_customers', 'Finds customers.')],
      },
      verdict: 'needs a person',
      finds: ['review tools-data-flow', 'gains the tool read_tickets', 'gains the tool search_customers'],
    },
    {
      title: 'a server that completes the three for users of another one',
      change: {
        newServer: 'press',
        manifest: 'tools:\n  labels:\n    show_review: [untrusted-content]\n',
        tools: [tool('show_review', 'Shows one review of a product.')],
      },
      verdict: 'needs a person',
      finds: ['review tools-data-flow'],
    },
    {
      title: 'a change that takes a label away',
      change: { manifest: host },
      verdict: 'needs a person',
      finds: ['loses the label private-data: show_case'],
    },
  ],
  nearMisses: [
    {
      title: 'an update of a server with two of the three',
      change: { files: { 'index.js': `${files['index.js']}exports.count = () => 0;\n` } },
      verdict: 'may be merged',
      finds: [],
    },
  ],
  unseen: [
    {
      title: 'a server without labels whose names tell nothing',
      change: {
        newServer: 'notice-board',
        manifest: '',
        tools: [tool('latest', 'Shows the latest entry.'), tool('mine', 'Shows what is mine.')],
      },
      verdict: 'may be merged',
      finds: [],
      defence: 'the reviewers of the security team ask for the labels (docs/runbooks/approval.md, stage 4)',
    },
  ],
  limit:
    'What tools really read: labels are given by people, and names are a guess. A server outside this registry can be the third thing.',
};
