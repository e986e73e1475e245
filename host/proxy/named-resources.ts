/** Which prompts and resources a client may ask for: approved ones, and resources that an answer of an approved tool pointed to. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { maxNamedResources, maxOfferUriLength } from '../../core/limits.ts';
import type { Approved } from './approved.ts';

export class NamedResources {
  readonly #approved: Approved;
  readonly #named = new Set<string>();

  constructor(approved: Approved) {
    this.#approved = approved;
  }

  mayRead(uri: string): boolean {
    return this.#approved.mayRead(uri) || this.#named.has(uri);
  }

  /** Remembers the resources that a result of a tool links to. */
  note(content: unknown): void {
    if (!Array.isArray(content)) return;
    for (const item of content as unknown[])
      if (
        isJsonObject(item) &&
        item['type'] === 'resource_link' &&
        typeof item['uri'] === 'string' &&
        item['uri'].length <= maxOfferUriLength &&
        this.#named.size < maxNamedResources
      )
        this.#named.add(item['uri']);
  }

  /** Why a request asks for something that was not approved; undefined if it does not. */
  refusal(method: string, params: JsonObject): string | undefined {
    switch (method) {
      case 'prompts/get':
        return this.#prompt(params['name']);
      case 'resources/read':
      case 'resources/subscribe':
        return this.#resource(params['uri']);
      case 'completion/complete': {
        const ref = params['ref'];
        if (!isJsonObject(ref)) return 'it completes nothing';
        return ref['type'] === 'ref/prompt' ? this.#prompt(ref['name']) : this.#template(ref['uri']);
      }
      case 'subscriptions/listen': {
        const filter = params['notifications'];
        const uris = isJsonObject(filter) ? filter['resourceSubscriptions'] : undefined;
        return Array.isArray(uris) ? (uris as unknown[]).map((uri) => this.#resource(uri)).find(Boolean) : undefined;
      }
      default:
        return undefined;
    }
  }

  #prompt(name: unknown): string | undefined {
    return typeof name === 'string' && this.#approved.may('prompts', name)
      ? undefined
      : `there is no approved prompt ${shown(name)}`;
  }

  #resource(uri: unknown): string | undefined {
    return typeof uri === 'string' && this.mayRead(uri) ? undefined : `there is no approved resource ${shown(uri)}`;
  }

  #template(uri: unknown): string | undefined {
    return typeof uri === 'string' && (this.#approved.isTemplate(uri) || this.mayRead(uri))
      ? undefined
      : `there is no approved resource template ${shown(uri)}`;
  }
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : 'without a name';
