/** The conditions of writes to the Groups table. */
import { HOUR_MS } from '../platform/clock.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Evidence, EvidenceName, Rejection, StoredCredential } from './group.ts';

/** A persistent reason for rejections is published again after this time. */
const PUBLISH_INTERVAL_MS = HOUR_MS;

const session = path('session');
const downShard = path('downShard');
export const doesNotExist = when`attribute_not_exists(${path('groupId')})`;
export const isGroup = when`${path('kind')} = ${'group'}`;
export const isDeleting = when`${path('kind')} = ${'deleting'}`;
export const isOwnSession = (connectionId: string) => when`${path('session.connectionId')} = ${connectionId}`;
export const isNotReserved = (now: number) => {
  const reserved = path('session.reservedUntil');
  return when`attribute_not_exists(${reserved}) OR ${reserved} <= ${now}`;
};
export const isEpoch = (epoch: number) => when`${path('epoch')} = ${epoch}`;
export const hasNoEndpoint = (attribute: string) => when`attribute_not_exists(${path(attribute)})`;
export const hasEndpoint = (attribute: string, endpointId: string) =>
  when`${path(attribute)} = ${endpointId}`;
export const isDown = when`attribute_exists(${downShard}) AND attribute_not_exists(${session})`;
export const isLaterThanLastSeen = (lastSeen: number) =>
  when`attribute_not_exists(${path('lastSeen')}) OR ${path('lastSeen')} <= ${lastSeen}`;
/** `toldAt` is the stored name of when this reason was last published. */
export const isNewRejection = ({ at, reason }: Pick<Rejection, 'at' | 'reason'>) =>
  when`attribute_not_exists(${path('lastRejection')}) OR ${path('lastRejection.reason')} <> ${reason} OR ${path('lastRejection.toldAt')} < ${at - PUBLISH_INTERVAL_MS}`;
export const hasRejection = when`attribute_exists(${path('lastRejection')})`;
export const hasUtcOffsetEvidence = (read: string | undefined) =>
  read === undefined
    ? when`attribute_not_exists(${path('utcOffsetEvidence')})`
    : when`${path('utcOffsetEvidence')} = ${read}`;
export const hasNoEvidence = when`attribute_not_exists(${path('tooLarge')}) AND attribute_not_exists(${path('credentialRefused')})`;
export const hasCredential = (data: StoredCredential['data']) =>
  when`${path('netbackupCredential.data')} = ${data}`;
export const hasEvidence = (name: EvidenceName, last: Evidence['last']) =>
  when`${path(`${name}.last`)} = ${last}`;
export const mayBeRemoved = (before: number) =>
  when`${path('deletingSince')} <= ${before} OR (attribute_not_exists(${session}) AND attribute_not_exists(${path('lastSession')}))`;
