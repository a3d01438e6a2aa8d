/**
 * The events on the bus, by detail-type: the source of the types of published events, of docs/event-schemas.json, and of the
 * tests of published events. Functions import types only, so that their bundles do not contain the full zod.
 */
import * as z from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import { ENDED_STATES, OUTCOMES, QUARANTINE_REASONS, REJECTION_REASONS, SEVERITIES } from './enumerations.ts';

const time = z.iso.datetime();
/** The same when the same event is published again. */
const eventId = z.string();
const common = { eventId, groupId: z.string() };
const received = {
  ...common,
  /** When the notification arrived. */
  receivedAt: time,
};
const reported = {
  ...received,
  /** When NetBackup first sent it. */
  reportedAt: time,
  /** `INFO`, or a later kind. */
  notificationType: z.string(),
};
/** As NetBackup sent it; unknown members are kept. */
const content = z.looseObject({});

const jobStateChanged = z.object({
  ...reported,
  jobId: z.int(),
  outcome: z.enum(OUTCOMES),
  /** Once it is DONE: the exit status as text, if there is one. */
  statusText: z.string().optional(),
  job: content,
});
const jobCompleted = jobStateChanged.extend({
  outcome: z.enum(OUTCOMES).exclude(['running']),
});

const connection = { ...common, connectionId: z.string(), sourceIp: z.string(), at: time };
const endpoint = { ...common, endpointId: z.string() };

/** `fingerprint`: SHA-256 of the certificate, `AB:CD:…`. */
const certificate = { fingerprint: z.string(), issuer: z.string(), validFrom: time, validTo: time };
/** About the deployment, not about a group. `host`: that of the WebSocket URL. */
const ofHost = { eventId, host: z.string(), ...certificate, at: time };

const command = z.object({
  ...common,
  commandId: z.string(),
  requestedBy: z.string(),
  method: z.string(),
  /** Without the query. */
  path: z.string(),
  /** How often it was handed to the gateway. */
  attempts: z.int(),
  durationMs: z.number(),
  /** The response came after the command had ended. */
  late: z.boolean().optional(),
  reason: z.string().optional(),
  requestedAt: time,
  endedAt: time,
});

/** A problem as `GET /v1/problems` shows it. */
const problem = z.object({
  eventId,
  problemId: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  /** Absent if it is about the whole deployment. */
  groupId: z.string().optional(),
  /** Of the group. */
  labels: z.record(z.string(), z.string()),
  subject: z.record(z.string(), z.string()),
  /** One sentence. */
  text: z.string(),
  since: time,
  last: time,
  count: z.int(),
  jobIds: z.array(z.number()),
  measures: z.array(
    z.object({ name: z.string(), value: z.number(), threshold: z.number(), from: z.string() }),
  ),
  at: time,
});

export const EVENT_SCHEMAS = {
  'Job State Changed': jobStateChanged,
  'Job Completed': jobCompleted,
  'Image Changed': z.object({ ...reported, backupId: z.string(), image: content }),
  'Notification Quarantined': z.object({ ...received, reason: z.enum(QUARANTINE_REASONS) }),
  'Connection Opened': z.object({ ...connection, endpointId: z.string().optional() }),
  'Connection Closed': z.object({
    ...connection,
    endpointId: z.string().optional(),
    /** This side closed it on purpose. */
    planned: z.boolean(),
    /** WebSocket close code as the gateway reported it. */
    closeCode: z.int().optional(),
    closeReason: z.string().optional(),
    explanation: z.string(),
  }),
  'Connection Rejected': z.object({
    ...connection,
    endpointId: z.string(),
    reason: z.enum(REJECTION_REASONS),
  }),
  'Token Shared': z.object({ ...endpoint, addresses: z.array(z.string()), at: time }),
  'Token Expiring': z.object({ ...endpoint, expiresAt: time }),
  'Invitation Shared': z.object({
    ...endpoint,
    invitationId: z.string(),
    addresses: z.array(z.string()),
    at: time,
  }),
  'Certificate Expiring': z.object(ofHost),
  'Certificate Changed': z.object({
    ...ofHost,
    previous: z.object(certificate),
    /** Whether it also has another key. */
    isKeyNew: z.boolean(),
  }),
  'Command Completed': command.extend({
    state: z.enum(ENDED_STATES),
    /** Of NetBackup's response. */
    status: z.int().optional(),
  }),
  'Problem Opened': problem,
  /** It is still open after `repeatAfterHours`. */
  'Problem Reminded': problem,
  'Problem Recovered': problem,
  'Command Lost': command.extend({ state: z.literal('lost') }),
} as const;

export type DetailType = keyof typeof EVENT_SCHEMAS;
export type EventDetails = { readonly [K in DetailType]: DeepReadonly<z.infer<(typeof EVENT_SCHEMAS)[K]>> };
