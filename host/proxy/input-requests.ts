import { isJsonObject } from '../../core/json.ts';
import { featureRequests, type ClientFeature } from './methods.ts';
import type { Answer } from './message.ts';

/** What an answer asks of the client before there is a result: MCP 2026-07-28 (Multi Round-Trip Requests), and 2025-11-25 by an error. */
export function inputAskedBy(answer: Answer): ClientFeature[] {
  if (answer.kind === 'error') return answer.error.code === urlElicitationRequired ? ['elicitation'] : [];
  const { inputRequests } = answer.result;
  if (!isJsonObject(inputRequests)) return [];
  return Object.values(inputRequests).map((request) => {
    const method = isJsonObject(request) ? request['method'] : undefined;
    // What nobody knows counts as what asks for the most.
    return featureRequests.get(typeof method === 'string' ? method : '') ?? 'sampling';
  });
}

const urlElicitationRequired = -32_042;
