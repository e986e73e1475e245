/**
 * The messages of MCP, in all versions from 2024-11-05 to 2026-07-28. Whatever is not here does not pass: nobody knows what it
 * would do.
 */
import type { OfferList } from '../../core/offers.ts';

/** What a server may ask of its client, where its manifest grants it. */
export type ClientFeature = 'elicitation' | 'roots' | 'sampling';

/** Requests of a client whose answers pass as they are, or are looked at by their method. */
export const clientRequests: ReadonlySet<string> = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
]);

/** The list that a request gives. */
export const listMethods: ReadonlyMap<string, OfferList> = new Map([
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
]);

export const clientNotifications: ReadonlySet<string> = new Set([
  'notifications/cancelled',
  'notifications/initialized',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** What a server asks, by the feature of the client that answers it. */
export const featureRequests: ReadonlyMap<string, ClientFeature> = new Map([
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
  ['sampling/createMessage', 'sampling'],
]);

/** They say that something changed, and nothing else of them passes. */
export const changeNotifications: ReadonlySet<string> = new Set([
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/tools/list_changed',
]);
