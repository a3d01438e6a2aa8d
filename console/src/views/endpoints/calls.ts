/** The calls that create endpoint details, tokens and invitations. */
import { api, result } from '../../api/client.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import type { Gateway } from './gateways.ts';
import type { Handover } from './hand-over.tsx';

const ENDPOINTS = '/v1/groups/{groupId}/endpoints';

/** The endpoints of a domain, and the gateways of the deployment: a domain may have one endpoint at each. */
export const listEndpoints = (groupId: string) =>
  result(api.GET(ENDPOINTS, { params: { path: { groupId } } }));

/** A whole number, if one was entered. */
const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

/** @param validDays empty: no expiry */
export const createEndpoint = async (
  groupId: string,
  gateway: Gateway,
  priority: string,
  validDays: string,
): Promise<Handover> => {
  const tokenValidDays = number(validDays);
  const body = {
    gateway,
    priority: Number(priority),
    ...omitUndefined({ tokenValidDays }),
  };
  return { details: await result(api.POST(ENDPOINTS, { params: { path: { groupId } }, body })) };
};

export const rotateToken = async (
  path: { readonly groupId: string; readonly endpointId: string },
  overlapHours: string,
  days: string,
): Promise<Handover> => {
  const validDays = number(days);
  const body = {
    overlap: Math.round(Number(overlapHours) * 3600),
    ...omitUndefined({ validDays }),
  };
  const call = api.POST(`${ENDPOINTS}/{endpointId}/token`, { params: { path }, body });
  return { details: await result(call) };
};

export const invite = async (
  path: { readonly groupId: string; readonly endpointId: string },
  hours: string,
): Promise<Handover> => {
  const body = { validFor: Math.round(Number(hours) * 3600) };
  const call = api.POST(`${ENDPOINTS}/{endpointId}/invitations`, { params: { path }, body });
  return { invitation: await result(call) };
};
