import type { EndpointDetails } from '../wire/endpoint-details.ts';
import type { Dial } from '../wire/socket.ts';
import type { Assumptions, Quirks } from './assumptions.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './faults/fault.ts';
import type { FetchCertificate } from './nbwss/certificate.ts';
import type { NbwssProperties } from './properties.ts';
import type { RestUser } from './rest/context.ts';
import type { RestBackend } from './rest/types.ts';

/** What makes a simulated primary; everything has a default. */
export interface PrimaryOptions {
  /** Fully qualified host name; `primary.example.com` by default. */
  readonly name?: string;
  readonly clock?: Clock;
  /** Decides ids, tokens and the days that it lives; another one each time without it. */
  readonly seed?: number;
  readonly properties?: Partial<NbwssProperties>;
  readonly assumptions?: Partial<Assumptions>;
  readonly quirks?: Partial<Quirks>;
  /** Stored from the start; more with {@link NetBackupPrimary.store}. */
  readonly endpoints?: readonly EndpointDetails[];
  /** PEM certificates to trust; the system's own when there are none. */
  readonly trusted?: readonly string[];
  readonly faults?: readonly Fault[];
  /** Newest REST API version, `14.0` by default. */
  readonly apiVersion?: string;
  readonly users?: readonly RestUser[];
  /** Answers commands in place of the built-in API. */
  readonly backend?: RestBackend;
  readonly dial?: Dial;
  /** How the certificate is fetched that the administrator approves (EPT-5). */
  readonly fetchCertificate?: FetchCertificate;
}
