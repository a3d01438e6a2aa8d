/** Alarms about NetBackup's connections and messages. */
import type { Config } from '../config.ts';
import { type AlarmRow, LASTING, ONCE, REPEATED } from './alarm-row.ts';

/** The certificate is checked about once an hour. */
const OF_THREE_CHECKS = { of: 180 };

const webSocketApi: readonly AlarmRow[] = [
  {
    id: 'GatewayErrors',
    signal: { gateway: 'ExecutionError' },
    above: 0,
    ...REPEATED,
    isDown: true,
    // Contract ENV-5.
    meaning:
      'API Gateway could not call a function. It sent frames of its own, at which NetBackup closes the connection.',
  },
  {
    id: 'IntegrationErrors',
    // A 403 by `allowedCidrs` is an error of the integration, too: strangers must not raise the alarm.
    signal: { gateway: 'IntegrationError', except: 'session/address-refused' },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning:
      'Functions returned errors to the WebSocket API. It may have sent frames of its own, at which NetBackup closes the connection.',
  },
];

const certificateWatch: readonly AlarmRow[] = [
  {
    id: 'CertificateNotReadable',
    signal: { logged: ['sweep/certificate-not-readable'] },
    above: 0,
    minutes: 2,
    ...OF_THREE_CHECKS,
    meaning: 'The WebSocket URL repeatedly shows no certificate. Domains may be unable to connect.',
  },
  {
    id: 'CertificateNotWatched',
    signal: { logged: ['sweep/certificate-not-watched'] },
    above: 0,
    minutes: 2,
    ...OF_THREE_CHECKS,
    meaning: 'The certificate of the WebSocket URL cannot be checked.',
  },
];

/** Whether the sweep cannot reach the WebSocket URL, and so cannot see its certificate. */
const isPrivate = ({ gateway, relay }: Config): boolean => gateway === 'relay' && relay?.internal === true;

export const netbackup = (config: Config): AlarmRow[] => [
  {
    id: 'NotificationsNotStored',
    signal: { logged: ['notify/notification-not-stored'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning: 'Notifications cannot be stored, so they are not acknowledged. NetBackup sends them again.',
  },
  {
    id: 'SessionsFailing',
    signal: { logged: ['session/session-failed'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning: 'CONNECT messages, or the ends of connections, cannot be handled.',
  },
  ...(config.gateway === 'relay' ? [] : webSocketApi),
  {
    id: 'AcknowledgementSlow',
    // More than 1 % is what a 99th percentile above the limit means; unlike a percentile it costs nothing while all is well.
    signal: { percentLogged: 'notify/acknowledgement-slow', of: 'notify' },
    above: 1,
    ...LASTING,
    meaning:
      'More than 1 % of the notifications were answered later than 1.2 s after their arrival, cold starts included. NetBackup waits two seconds, then sends them again.',
  },
  {
    id: 'ResponsesNotStored',
    signal: { logged: ['respond/response-not-stored'] },
    above: 0,
    ...REPEATED,
    meaning: 'Responses of NetBackup cannot be stored. It does not repeat them, so their commands time out.',
  },
  {
    id: 'MessagesMalformed',
    signal: {
      logged: ['session/message-malformed', 'notify/message-malformed', 'respond/message-malformed'],
    },
    above: 0,
    ...REPEATED,
    meaning: 'A connected NetBackup domain repeatedly sends messages that are not NBWSS messages.',
  },
  {
    id: 'MessageTooLarge',
    // NetBackup sends the same message again every minute (contract NOT-4, PRP-7); a single one is a large response.
    signal: { logged: ['session/message-too-large'] },
    above: 0,
    minutes: 4,
    of: 10,
    meaning:
      'A NetBackup domain repeatedly sends a message that is too large for the gateway; it may be stuck.',
  },
  {
    id: 'DomainDisconnected',
    // Counted every minute for each disconnected domain: the alarm lasts as long as there is one.
    signal: { logged: ['sweep/domain-disconnected'] },
    above: 0,
    ...REPEATED,
    meaning: `A NetBackup domain has not been connected for ${config.disconnectedMinutes} minutes.`,
  },
  {
    id: 'TokenExpiring',
    signal: { logged: ['sweep/token-expiring'] },
    above: 0,
    ...ONCE,
    meaning: 'The token of a NetBackup domain expires soon. Then the domain cannot connect any more.',
  },
  {
    id: 'TokenShared',
    signal: { logged: ['session/token-shared'] },
    above: 0,
    ...ONCE,
    meaning: 'Two addresses use the same token in turns. Each takes the connection from the other.',
  },
  {
    id: 'CertificateExpiring',
    signal: { logged: ['sweep/certificate-expiring'] },
    above: 0,
    minutes: 1,
    ...OF_THREE_CHECKS,
    meaning: `The certificate of the WebSocket URL expires within ${config.certificateWarningDays} days. Then no domain can connect.`,
  },
  {
    id: 'CertificateChanged',
    signal: { logged: ['sweep/certificate-changed'] },
    above: 0,
    ...ONCE,
    meaning: 'The WebSocket URL has another certificate. NetBackup may have to accept it.',
  },
  ...(isPrivate(config) ? [] : certificateWatch),
  {
    id: 'InvitationShared',
    signal: { logged: ['api/invitation-shared'] },
    above: 0,
    ...ONCE,
    meaning: 'An invitation was read from a second address. Somebody else may have the token.',
  },
];
