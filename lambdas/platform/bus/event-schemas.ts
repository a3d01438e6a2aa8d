/**
 * The events on the bus, by detail-type: the source of the types of published events, of docs/event-schemas.json and the table in
 * docs/events.md, and of the tests of published events. Functions import types only, so that their bundles do not contain the full zod.
 */
import * as z from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import { ENDED_STATES, OUTCOMES, QUARANTINE_REASONS, REJECTION_REASONS, SEVERITIES } from './enumerations.ts';

const time = z.iso.datetime();
const eventId = z.string().describe('It stays the same when an event is published again.');
const common = { eventId, groupId: z.string() };
const received = { ...common, receivedAt: time.describe('When the notification arrived.') };
const reported = {
  ...received,
  reportedAt: time.describe('When NetBackup first sent it.'),
  notificationType: z.string().describe('`INFO`, or a type of a later NetBackup.'),
};
/** Unknown members are kept. */
const content = z.looseObject({}).describe('As NetBackup sent it.');

const jobStateChanged = z.object({
  ...reported,
  jobId: z.int(),
  outcome: z.enum(OUTCOMES),
  statusText: z
    .string()
    .optional()
    .describe('Present once the job is DONE: the exit status as text, if there is one.'),
  job: content,
});

const connection = { ...common, connectionId: z.string(), sourceIp: z.string(), at: time };
const ofSession = { ...connection, endpointId: z.string().optional() };
const endpoint = { ...common, endpointId: z.string() };
const addresses = z.array(z.string());

const certificate = {
  fingerprint: z.string().describe('SHA-256 of the certificate, `AB:CD:…`.'),
  issuer: z.string(),
  validFrom: time,
  validTo: time,
};
/** An event about the deployment, not about a group. */
const ofHost = {
  eventId,
  host: z.string().describe('The host of the WebSocket URL.'),
  ...certificate,
  at: time,
};

const command = z.object({
  ...common,
  commandId: z.string(),
  requestedBy: z.string().describe('The id of the API key, or `oidc:` and the name of the person.'),
  method: z.string(),
  path: z.string().describe('Without the query.'),
  attempts: z.int().describe('How often it was handed to the gateway.'),
  durationMs: z.number(),
  late: z.boolean().optional().describe('The response came after the command had ended.'),
  reason: z.string().optional().describe('Why it ended without a response.'),
  requestedAt: time,
  endedAt: time,
});

/** A problem as `GET /v1/problems` shows it. */
const problem = z.object({
  eventId,
  problemId: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  groupId: z.string().optional().describe('Absent if it is about the whole deployment.'),
  labels: z.record(z.string(), z.string()).describe('The labels of the group.'),
  subject: z.record(z.string(), z.string()),
  text: z.string().describe('One sentence.'),
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
  'Job State Changed': jobStateChanged.describe('Each state of a job, also a repeated one.'),
  'Job Completed': jobStateChanged
    .extend({ outcome: z.enum(OUTCOMES).exclude(['running']) })
    .describe('A job is DONE (in addition to the event above).'),
  'Image Changed': z
    .object({ ...reported, backupId: z.string(), image: content })
    .describe('Each operation on an image.'),
  'Notification Quarantined': z
    .object({ ...received, reason: z.enum(QUARANTINE_REASONS) })
    .describe("A notification could not be interpreted. Its text is only in the API's quarantine."),
  'Connection Opened': z.object(ofSession).describe("A connection became the group's session."),
  'Connection Closed': z
    .object({
      ...ofSession,
      planned: z.boolean().describe('Whether this side closed it on purpose.'),
      closeCode: z.int().optional().describe('The WebSocket close code as the gateway reported it.'),
      closeReason: z.string().optional(),
      explanation: z.string(),
    })
    .describe('A session ended.'),
  'Connection Rejected': z
    .object({ ...connection, endpointId: z.string(), reason: z.enum(REJECTION_REASONS) })
    .describe("A CONNECT with the group's endpoint was rejected; again after an hour with the same reason."),
  'Token Shared': z
    .object({ ...endpoint, addresses, at: time })
    .describe('Two domains replace each other; again after an hour.'),
  'Token Expiring': z
    .object({ ...endpoint, expiresAt: time })
    .describe('The newest token expires in 14 days (`nbwss.tokenWarningDays`); once.'),
  'Invitation Shared': z
    .object({ ...endpoint, invitationId: z.string(), addresses, at: time })
    .describe('An invitation is read from a second address.'),
  'Certificate Expiring': z
    .object(ofHost)
    .describe(
      'The certificate of the host expires: once a day from 30 days before (`nbwss.certificateWarningDays`).',
    ),
  'Certificate Changed': z
    .object({
      ...ofHost,
      previous: z.object(certificate),
      isKeyNew: z.boolean().describe('Whether the key is different, too.'),
    })
    .describe('The host has another certificate.'),
  'Command Completed': command
    .extend({
      state: z.enum(ENDED_STATES),
      status: z.int().optional().describe("The HTTP status of NetBackup's response."),
    })
    .describe('A command ended.'),
  'Problem Opened': problem.describe('A problem is open.'),
  'Problem Reminded': problem.describe('The problem is still open after `repeatAfterHours`.'),
  'Problem Recovered': problem.describe('The problem has recovered.'),
  'Command Lost': command
    .extend({ state: z.literal('lost') })
    .describe('It is unknown whether NetBackup ran a command.'),
} as const;

export type DetailType = keyof typeof EVENT_SCHEMAS;
export type EventDetails = { readonly [K in DetailType]: DeepReadonly<z.infer<(typeof EVENT_SCHEMAS)[K]>> };
