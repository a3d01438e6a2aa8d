import type { Activity } from '../gateway/activity.ts';
import type { Clock } from '../gateway/clock.ts';
import type { LambdaService, Log } from '../gateway/types.ts';
import type { Resolver } from './assembly/intrinsics.ts';
import type { CloudModel } from './assembly/model.ts';
import type { Secrets } from './assembly/secrets.ts';
import type { Store } from './dynamodb/store.ts';
import type { Iam } from './front-door/iam.ts';
import type { MetricStore } from './metrics/store.ts';

/** Shared by the services of the local cloud. */
export interface ServiceContext {
  readonly resolver: Resolver;
  readonly model: CloudModel;
  readonly iam: Iam;
  readonly store: Store;
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly metrics: MetricStore;
  readonly log: Log;
  readonly secrets: Secrets;
  /** PEM of what receivers of events may identify themselves with, besides the usual certificates. */
  readonly trusted: string;
  /** Shards of each stream. */
  readonly shards: number;
}
