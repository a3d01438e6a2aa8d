/** What the documentation of the API shows of the audit log. */
export const AUDIT_EVENT = {
  at: '2026-11-26T06:41:07.000Z',
  trackingId: '7d0a9b52-6a55-4b0e-9a3c-1f2e3d4c5b6a',
  keyId: 'x7q2v5k8m3bd9tza',
  action: 'updateGroup',
  path: '/v1/groups/berlin',
  groupId: 'berlin',
  sourceIp: '203.0.113.7',
  status: 200,
};
