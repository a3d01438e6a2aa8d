import type { EndpointDetails } from '../wire/endpoint-details.ts';
import type { OpenSocket } from '../wire/socket.ts';
import type { Assumptions, Quirks } from './assumptions.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './faults/fault.ts';
import type { FetchCertificate } from './nbwss/certificate.ts';
import type { NbwssProperties } from './properties.ts';
import type { RestBackend } from './rest/types.ts';

export const DEFAULT_NAME = 'primary.example.com';

/** Options of a simulated primary; each has a default. */
export interface PrimaryOptions {
  /** Fully qualified host name; {@link DEFAULT_NAME} by default. */
  readonly name?: string;
  readonly clock?: Clock;
  /** Decides ids, tokens and the workload; random by default. */
  readonly seed?: number;
  readonly properties?: Partial<NbwssProperties>;
  readonly assumptions?: Partial<Assumptions>;
  readonly quirks?: Partial<Quirks>;
  /** The initial endpoints. */
  readonly endpoints?: readonly EndpointDetails[];
  /** PEM certificates to trust; by default those that this machine trusts. */
  readonly trusted?: readonly string[];
  readonly faults?: readonly Fault[];
  /** Newest REST API version, `14.0` by default. */
  readonly apiVersion?: string;
  /** Handles commands instead of the built-in API. */
  readonly backend?: RestBackend;
  readonly openSocket?: OpenSocket;
  /** Reads the certificate that the administrator approves (EPT-5). */
  readonly fetchCertificate?: FetchCertificate;
}
