/** A simulated NetBackup primary with NBWSS and a small REST API: a library for tests, and for `nbwss simulate`. */
export {
  ASSUMPTION_CHOICES,
  type Assumptions,
  DEFAULT_ASSUMPTIONS,
  DEFAULT_QUIRKS,
  type Quirks,
} from './simulator/assumptions.ts';
export { type Clock, ManualClock, systemClock } from './simulator/clock.ts';
export type { Catalog } from './simulator/domain/catalog.ts';
export type { Image, Job } from './simulator/domain/types.ts';
export type { Fault } from './simulator/faults/fault.ts';
export { FAULTS, toFault } from './simulator/faults/faults.ts';
export { attachLiveOutput, formatTotals, type Print, type Totals } from './simulator/live-output.ts';
export type { StoredEndpoint } from './simulator/nbwss/endpoint-store.ts';
export type { ExactMessage, Notification } from './simulator/nbwss/outbox.ts';
export { NetBackupPrimary } from './simulator/primary.ts';
export type { PrimaryEvents, RecordedViolation } from './simulator/primary-events.ts';
export type { PrimaryOptions } from './simulator/primary-options.ts';
export { DEFAULT_PROPERTIES, type NbwssProperties, QUICK_PROPERTIES } from './simulator/properties.ts';
export {
  type ParsedProperties,
  PropertiesError,
  parseProperties,
  readPropertiesFile,
} from './simulator/properties-file.ts';
export type { RestUser } from './simulator/rest/context.ts';
export type { LedgerEntry, RestAnswer, RestBackend, RestRequest } from './simulator/rest/types.ts';
export { type Scenario, toScenario } from './simulator/scenario.ts';
export { demo } from './simulator/scenarios/demo.ts';
export { SCENARIOS } from './simulator/simulate.ts';
export { decode, encode, type Message, type NotificationKind, UndecodableError } from './wire/codec.ts';
export {
  DetailsError,
  type EndpointDetails,
  parseDetails,
  readDetailsFile,
  toDetails,
} from './wire/endpoint-details.ts';
