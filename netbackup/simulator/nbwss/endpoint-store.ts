import { omitUndefined } from '../../omit-undefined.ts';
import { DetailsError, type EndpointDetails, toDetails } from '../../wire/endpoint-details.ts';

/** The server's certificate, stored with the endpoint (EPT-5). */
export interface StoredCertificate {
  readonly pem: string;
  /** SHA-256 fingerprint, upper case with colons. */
  readonly fingerprint: string;
}

/** A stored endpoint (GRP-3). */
export interface StoredEndpoint {
  readonly details: EndpointDetails;
  state: 'ACTIVATED' | 'DEACTIVATED';
  connectionState: 'CONNECTED' | 'DISCONNECTED';
  /** The reason of the last connection's end, if any. */
  closeStatus?: string;
  certificate?: StoredCertificate;
  /** True after `valid: false`, until the endpoint changes (CON-3). */
  refused: boolean;
}

/** The stored endpoints of a NetBackup domain; at most one per host name (EPT-4). */
export class EndpointStore {
  readonly #endpoints = new Map<string, StoredEndpoint>();

  /** Stores an endpoint, activated. Throws DetailsError: ERR-1, ERR-2, or ERR-7 when its host name is already stored. */
  add(details: EndpointDetails, certificate?: StoredCertificate): StoredEndpoint {
    const checked = toDetails(details);
    const key = checked.hostName.toLowerCase();
    if (this.#endpoints.has(key)) {
      throw new DetailsError('alreadyExists', `host name ${checked.hostName} (EPT-4)`);
    }
    const endpoint: StoredEndpoint = {
      details: checked,
      state: 'ACTIVATED',
      connectionState: 'DISCONNECTED',
      refused: false,
      ...omitUndefined({ certificate }),
    };
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }

  get(hostName: string): StoredEndpoint | undefined {
    return this.#endpoints.get(hostName.toLowerCase());
  }

  /** Activates or deactivates; takes effect at the next connection run (GRP-4). Throws DetailsError (ERR-15). */
  setState(hostName: string, state: StoredEndpoint['state']): StoredEndpoint {
    const endpoint = this.require(hostName);
    endpoint.state = state;
    endpoint.refused = false;
    return endpoint;
  }

  /** Deletes; takes effect at the next connection run (GRP-4). Throws DetailsError (ERR-15). */
  remove(hostName: string): void {
    this.require(hostName);
    this.#endpoints.delete(hostName.toLowerCase());
  }

  has(endpoint: StoredEndpoint): boolean {
    return this.get(endpoint.details.hostName) === endpoint;
  }

  list(): StoredEndpoint[] {
    return [...this.#endpoints.values()];
  }

  groupIds(): string[] {
    return [...new Set(this.list().map(({ details }) => details.groupId))];
  }

  /** A group's endpoints by priority (GRP-1), then in insertion order. */
  inOrder(groupId: string): StoredEndpoint[] {
    return this.list()
      .filter(({ details }) => details.groupId === groupId)
      .sort((a, b) => a.details.priority - b.details.priority);
  }

  /** Throws DetailsError (ERR-15) when there is none. */
  require(hostName: string): StoredEndpoint {
    const endpoint = this.get(hostName);
    if (!endpoint) throw new DetailsError('noEntity', `host name ${hostName}`);
    return endpoint;
  }
}
