/** Examples of endpoints in the documentation of the API. */
import type { z } from '@hono/zod-openapi';
import type { detailsSchema, endpointSchema } from './endpoint-view.ts';

const hostName = 'nbwss.example.com';
const url = 'wss://nbwss.example.com:443/nbwss';

export const DETAILS: z.input<typeof detailsSchema> = {
  token: 'nbwss_4hmqx8p2c7t9bz8k.EXAMPLE',
  priority: 1,
  groupId: 'berlin',
  hostName,
  url,
};

const CERTIFICATE = {
  fingerprint:
    '9F:2C:41:7E:0B:AA:5D:36:C8:11:E4:73:90:6F:2D:58:B7:1A:CE:04:83:F9:62:D5:3B:A0:17:4C:E8:75:29:0D',
  issuer: 'CN=Amazon RSA 2048 M03,O=Amazon,C=US',
  validFrom: '2026-09-01T00:00:00.000Z',
  validTo: '2027-09-30T23:59:59.000Z',
  readAt: '2026-11-26T06:55:02.000Z',
};

export const ENDPOINT: z.input<typeof endpointSchema> = {
  endpointId: '4hmqx8p2c7t9bz8k',
  groupId: 'berlin',
  priority: 1,
  hostName,
  url,
  gateway: 'api-gateway',
  enabled: true,
  createdAt: '2026-03-02T09:14:11.000Z',
  certificate: CERTIFICATE,
  tokens: [
    {
      tokenId: '5c0e9f2ab1d47386',
      createdAt: '2026-03-02T09:14:11.000Z',
      expiresAt: '2027-03-02T09:14:11.000Z',
    },
  ],
  invitations: [
    {
      invitationId: 'k2v9xw4cq7m3tn8z',
      state: 'used',
      createdAt: '2026-03-02T09:15:00.000Z',
      expiresAt: '2026-03-02T10:15:00.000Z',
      reads: 1,
      lastReads: [{ at: '2026-03-02T09:21:37.000Z', sourceIp: '198.51.100.20' }],
    },
  ],
};

export const INVITATION = {
  invitationId: 'k2v9xw4cq7m3tn8z',
  url: 'https://api.example.com/invitations/4hmqx8p2c7t9bz8k.EXAMPLE',
  expiresAt: '2026-03-02T10:15:00.000Z',
  certificate: CERTIFICATE,
};
