/** The NetBackup side: a simulated primary with NBWSS and a small REST API. A library for tests, and `nbwss simulate`. */
export {
  ASSUMPTION_CHOICES,
  type Assumptions,
  DEFAULT_ASSUMPTIONS,
  DEFAULT_QUIRKS,
  type Quirks,
} from './assumptions.ts';
export { type Clock, ManualClock, systemClock } from './clock.ts';
export { decode, encode, type Message, type NotificationKind, UndecodableError } from './codec.ts';
export type { Catalog } from './domain/catalog.ts';
export type { Image, Job } from './domain/types.ts';
export {
  DetailsError,
  type EndpointDetails,
  parseDetails,
  readDetailsFile,
  toDetails,
} from './endpoint-details.ts';
export type { Fault } from './faults/fault.ts';
export { FAULTS, toFault } from './faults/index.ts';
export { attachLiveOutput, formatTotals, type Print, type Totals } from './live-output.ts';
export type { StoredEndpoint } from './nbwss/endpoint-store.ts';
export type { ExactMessage, Notification } from './nbwss/outbox.ts';
export { NetBackupPrimary } from './primary.ts';
export type { PrimaryEvents, RecordedViolation } from './primary-events.ts';
export type { PrimaryOptions } from './primary-options.ts';
export { DEFAULT_PROPERTIES, type NbwssProperties, QUICK_PROPERTIES } from './properties.ts';
export {
  type ParsedProperties,
  PropertiesError,
  parseProperties,
  readPropertiesFile,
} from './properties-file.ts';
export type { RestUser } from './rest/context.ts';
export type { LedgerEntry, RestAnswer, RestBackend, RestRequest } from './rest/types.ts';
export { type Scenario, toScenario } from './scenario.ts';
export { demo } from './scenarios/demo.ts';
