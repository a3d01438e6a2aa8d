import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { EntityTable } from './constructs/entity-table.ts';
import type { TableKey } from './functions.ts';

/** What is kept: a table for each entity, and the bus on which every event is published. */
export class DataStack extends Stack {
  readonly tables: Readonly<Record<TableKey, EntityTable>>;
  readonly eventBus: EventBus;
  /** Seals what commands carry: NetBackup credentials, request bodies, answers that hold credentials (I-6). */
  readonly commandKey: Key;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const groups = new EntityTable(this, 'Groups', {
      key: ['groupId'],
      indexes: {
        // GET /v1/groups, and the groups whose data the sweep is removing.
        all: { key: ['kind', 'groupId'] },
        // Sparse: domains that should be connected and are not. The sweep looks for those that have been away for long.
        down: { key: ['downShard', { number: 'downSince' }] },
      },
    });
    const endpoints = new EntityTable(this, 'Endpoints', {
      key: ['endpointId'],
      indexes: {
        'by-group': { key: ['groupId', 'endpointId'] },
        // Sparse: tokens that expire, until somebody has been warned of it. The sweep reads those that are due.
        expiring: { key: ['expiryShard', { number: 'tokenExpiresAt' }] },
      },
    });
    const connections = new EntityTable(this, 'Connections', {
      key: ['connectionId'],
      // Sparse: only connections that are not known to be closed carry `openShard`. The sweep reads it every minute.
      indexes: {
        open: {
          key: ['openShard', { number: 'connectedAt' }],
          include: ['state', 'groupId', 'endpointId', 'untold'],
        },
      },
    });
    const commands = new EntityTable(this, 'Commands', {
      key: ['commandId'],
      indexes: {
        // GET /commands, the latest first.
        'by-group': { key: ['groupId', 'createdAt'] },
        // Sparse: what a group has queued or waits for, by state, then by age. Queues are counted and sent by it.
        'open-by-group': { key: ['openGroupId', 'openOrder'] },
        // Sparse: deadlines, and ends that are not published yet. The sweep reads what is due.
        due: { key: ['dueShard', { number: 'dueAt' }] },
      },
      // Requests may hold NetBackup credentials; recovery would keep them 35 days after they were deleted.
      pointInTimeRecovery: false,
    });
    // How large answers are, so that pages of lists fit into a message. Measured anew if it is lost.
    const answerSizes = new EntityTable(this, 'AnswerSizes', { key: ['groupId', 'shape'] });
    const journal = new EntityTable(this, 'Journal', {
      key: ['groupDay', 'entry'],
      indexes: { feed: { key: ['groupId', 'arrival'] } },
      stream: StreamViewType.NEW_IMAGE,
    });
    // The sort key `at` is time and id in one: unique, so that lists of several partitions merge, and a cursor is a place.
    const jobs = new EntityTable(this, 'Jobs', {
      key: ['groupId', { number: 'jobId' }],
      indexes: {
        // GET /jobs by time (all outcomes together), by outcome, and the summary. What it includes changes only with its
        // key, so that costs no write.
        'by-outcome': {
          key: ['outcome', 'at'],
          include: ['client', 'policy', 'parent', 'jobType', 'status', 'doneAt'],
        },
        // GET /jobs?clientName=
        'by-client': { key: ['client', 'at'] },
        // GET /jobs?policyName=
        'by-policy': { key: ['policy', 'at'] },
        // GET /jobs?parentJobId= and GET /jobs/{id}/tree
        'by-parent': { key: ['parent', 'at'] },
      },
    });
    const images = new EntityTable(this, 'Images', {
      key: ['groupId', 'backupId'],
      indexes: {
        // GET /images
        'by-time': { key: ['groupId', 'at'] },
        // GET /images?clientName= and the images of a job
        'by-client': { key: ['client', 'at'] },
      },
    });
    // The latest backups of each client and policy, for the summary's last good ones.
    const backups = new EntityTable(this, 'Backups', { key: ['groupId', 'clientPolicy'] });
    const quarantine = new EntityTable(this, 'Quarantine', {
      key: ['groupId', 'eventId'],
      // GET /quarantine, the latest first.
      indexes: { 'by-arrival': { key: ['groupId', 'arrival'] } },
    });
    const keys = new EntityTable(this, 'Keys', { key: ['keyId'] });
    // Nothing in it is older than a minute, so there is nothing to bring back.
    const waitingPlaces = new EntityTable(this, 'WaitingPlaces', {
      key: ['room'],
      pointInTimeRecovery: false,
    });
    this.tables = {
      groups,
      endpoints,
      connections,
      commands,
      answerSizes,
      journal,
      jobs,
      images,
      backups,
      quarantine,
      keys,
      waitingPlaces,
    };

    this.commandKey = new Key(this, 'CommandKey', {
      description: 'Seals requests to NetBackup, and answers that hold credentials',
      enableKeyRotation: true,
      // Commands live for hours: nothing is left to open once the stack has gone. AWS waits 30 days before it deletes.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.eventBus = new EventBus(this, 'EventBus', {
      description: 'Job, image, connection and command events of NetBackup domains',
    });
    // Without a pattern an archive takes every event; a consumer that failed can have them replayed.
    new CfnArchive(this, 'EventArchive', {
      sourceArn: this.eventBus.eventBusArn,
      description: 'Everything that was published in the last 30 days',
      retentionDays: 30,
    });

    Validations.of(commands).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Commands may carry credentials for NetBackup, which must not outlive their deletion in backups.',
    });
    Validations.of(waitingPlaces).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'It notes who waits at this moment, for half a minute at most: there is nothing to bring back.',
    });

    new CfnOutput(this, 'KeysTable', {
      value: keys.tableName,
      description: 'Table of the API keys, for "nbwss keys create --table"',
    });
    const named = { journal, jobs, images, backups, quarantine, groups };
    const options = Object.entries(named).map(([name, table]) => `--${name} ${table.tableName}`);
    new CfnOutput(this, 'RebuildViews', {
      value: `npx nbwss rebuild ${options.join(' ')} --group GROUP`,
      description: 'Projects the journal of a group again; what the views hold besides stays',
    });
    new CfnOutput(this, 'EventBusName', {
      value: this.eventBus.eventBusName,
      description: 'EventBridge bus of the events; put your rules on it',
    });
  }
}
