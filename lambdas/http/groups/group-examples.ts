/** Examples of groups in the documentation of the API. */
import type { z } from '@hono/zod-openapi';
import type { groupSchema } from './group-view.ts';

/** The example's primary is in Berlin: its clock is an hour ahead of UTC in winter. */
export const SETTINGS = {
  description: 'Data centre Berlin',
  timeZone: 'Europe/Berlin',
  labels: { customer: 'acme', site: 'berlin' },
  allowedCidrs: ['198.51.100.0/24'],
};

export const GROUP: z.input<typeof groupSchema> = {
  groupId: 'berlin',
  createdAt: '2026-03-02T09:12:40.000Z',
  session: {
    connected: true,
    state: 'connected',
    since: '2026-11-25T05:14:09.000Z',
    lastSeen: '2026-11-26T06:58:31.000Z',
    endpointId: '4hmqx8p2c7t9bz8k',
    gateway: 'api-gateway',
    sourceIp: '198.51.100.20',
    closeCode: 1000,
    closeReason: 'closed here, as planned: API Gateway ends every connection after two hours',
    closedFor: 'lifetime',
    closePlanned: true,
  },
  lastNotificationAt: '2026-11-26T06:58:31.000Z',
  ...SETTINGS,
  endpointId: '4hmqx8p2c7t9bz8k',
  netbackupApiVersion: '12.0',
  roundTripMs: 84,
  utcOffset: { seconds: -3600, source: 'configured' },
  utcOffsetSeconds: -3600,
};

export const NEW_GROUP: z.input<typeof groupSchema> = {
  groupId: 'berlin',
  createdAt: '2026-03-02T09:12:40.000Z',
  session: { connected: false, state: 'never-connected' },
  ...SETTINGS,
  utcOffset: { seconds: -3600, source: 'configured' },
  utcOffsetSeconds: -3600,
};

export const CLOSED_CONNECTION = {
  groupId: 'berlin',
  connectionId: 'Z3kxjdHHoAMCJ4A=',
  since: '2026-11-26T05:14:09.000Z',
};
