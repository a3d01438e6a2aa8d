import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { customerKey } from './constructs/customer-key.ts';
import { EntityTable, type EntityTableProps } from './constructs/entity-table.ts';
import { REBUILD_TABLES, TABLES, type TableKey } from './function-declaration.ts';
import { omitUndefined } from './omit-undefined.ts';

export interface DataStackProps extends StackProps {
  readonly config: Config;
}

/** The data of a deployment: a table for each entity, and the bus on which all events are published. */
export class DataStack extends Stack {
  /** The tables that the functions use: of this stack, or existing ones. */
  readonly tables: Readonly<Record<TableKey, ITable>>;
  readonly eventBus: EventBus;
  /** Encrypts the secrets of commands: NetBackup credentials, request bodies, responses with credentials (I-6). */
  readonly commandKey: IKey;
  /** Encrypts everything else, if `customerManagedKey` is set. */
  readonly customerKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { config } = props;

    this.customerKey = customerKey(this, config.customerManagedKey);
    const encrypted = this.customerKey ? { encryptionKey: this.customerKey } : {};
    const table = (name: string, shape: EntityTableProps) =>
      new EntityTable(this, name, { ...shape, ...encrypted });

    const groups = table('Groups', {
      key: ['groupId'],
      indexes: {
        // GET /v1/groups, and the groups whose data the sweep deletes.
        all: { key: ['kind', 'groupId'] },
        // Sparse: domains that should be connected and are not. The sweep reads those that are disconnected for long.
        down: { key: ['downShard', { number: 'downSince' }] },
        // Sparse: domains with something wrong. The sweep reviews them every minute, and the others every 15 minutes.
        marked: { key: ['markShard', 'groupId'] },
      },
    });
    const endpoints = table('Endpoints', {
      key: ['endpointId'],
      indexes: {
        'by-group': { key: ['groupId', 'endpointId'] },
        // Sparse: tokens that expire, until the warning is published. The sweep reads those that are due.
        expiring: { key: ['expiryShard', { number: 'tokenExpiresAt' }] },
      },
    });
    const connections = table('Connections', {
      key: ['connectionId'],
      // Sparse: only connections that are not known to be closed carry `openShard`. The sweep reads it every minute.
      indexes: {
        open: {
          key: ['openShard', { number: 'connectedAt' }],
          include: ['state', 'groupId', 'endpointId', 'untold'],
        },
      },
    });
    const commands = table('Commands', {
      key: ['commandId'],
      indexes: {
        // GET /commands, the latest first.
        'by-group': { key: ['groupId', 'createdAt'] },
        // Sparse: a group's queued and sent commands, by state, then by age. Used to count and send queues.
        'open-by-group': { key: ['openGroupId', 'openOrder'] },
        // Sparse: deadlines, and ends that are not published yet. The sweep reads what is due.
        due: { key: ['dueShard', { number: 'dueAt' }] },
      },
      // Requests may contain NetBackup credentials; recovery would keep them 35 days after they were deleted.
      pointInTimeRecovery: false,
    });
    // The sizes of responses, so that pages of lists fit into a message. They are measured again if the table is lost.
    const answerSizes = table('AnswerSizes', { key: ['groupId', 'shape'] });
    const journal = table('Journal', {
      key: ['groupDay', 'entry'],
      indexes: { feed: { key: ['groupId', 'arrival'] } },
      stream: StreamViewType.NEW_IMAGE,
    });
    // The sort key `at` is time and id: unique, so that lists of several partitions can be merged, and used as a cursor.
    const jobs = table('Jobs', {
      key: ['groupId', { number: 'jobId' }],
      indexes: {
        // GET /jobs by time (all outcomes together), by outcome, and the summary. The included attributes
        // change only with its key, so that they cost no write.
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
    const images = table('Images', {
      key: ['groupId', 'backupId'],
      indexes: {
        // GET /images
        'by-time': { key: ['groupId', 'at'] },
        // GET /images?clientName= and the images of a job
        'by-client': { key: ['client', 'at'] },
      },
    });
    // The latest backups of each client and policy, for the summary's last good ones.
    const backups = table('Backups', { key: ['groupId', 'clientPolicy'] });
    // The overviews of groups for GET /v1/summary, for a minute. They are computed again if the table is lost.
    const overviews = table('Overviews', {
      key: ['groupId', { number: 'hours' }],
      pointInTimeRecovery: false,
    });
    const quarantine = table('Quarantine', {
      key: ['groupId', 'eventId'],
      // GET /quarantine, the latest first.
      indexes: { 'by-arrival': { key: ['groupId', 'arrival'] } },
    });
    const problems = table('Problems', {
      key: ['groupId', 'problem'],
      indexes: {
        // Sparse: the items that the sweep handles next.
        due: { key: ['dueShard', { number: 'dueAt' }] },
        // GET /v1/problems: open problems, and recovered ones.
        'by-place': { key: ['list', 'place'] },
        // GET /v1/groups/{groupId}/problems
        'by-group': { key: ['groupList', 'place'] },
      },
    });
    // Sparse: keys of earlier versions, which could not be listed, are added when they are used.
    const keys = table('Keys', {
      key: ['keyId'],
      indexes: { all: { key: ['kind', 'keyId'] } },
    });
    const audit = table('Audit', {
      key: ['month', 'entry'],
      // GET /v1/groups/{groupId}/audit
      indexes: {
        'by-group': {
          key: ['groupId', 'entry'],
          include: ['at', 'trackingId', 'keyId', 'action', 'path', 'sourceIp', 'status'],
        },
      },
    });
    // Its items live for a minute, so there is nothing to restore.
    const waitingPlaces = table('WaitingPlaces', {
      key: ['room'],
      pointInTimeRecovery: false,
    });
    const own: Readonly<Record<TableKey, EntityTable>> = {
      groups,
      endpoints,
      connections,
      commands,
      answerSizes,
      journal,
      jobs,
      images,
      backups,
      overviews,
      quarantine,
      problems,
      keys,
      audit,
      waitingPlaces,
    };

    this.tables = this.#used(own, config.existingTables);

    const commandKey = new Key(this, 'CommandKey', {
      description:
        'Encrypts requests to NetBackup, its responses with credentials, and its API keys of groups',
      enableKeyRotation: true,
      // Like the tables: without it, the credentials in Groups and the commands can never be read again.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.commandKey =
      config.existingKeyArn === undefined
        ? commandKey
        : Key.fromKeyArn(this, 'ExistingKey', config.existingKeyArn);
    this.eventBus = new EventBus(this, 'EventBus', {
      description: 'Job, image, connection and command events of NetBackup domains',
      ...omitUndefined({ kmsKey: this.customerKey }),
    });
    // Without a pattern an archive has every event; they can be replayed for a consumer that failed.
    new CfnArchive(this, 'EventArchive', {
      sourceArn: this.eventBus.eventBusArn,
      description: 'All events of the last 30 days',
      retentionDays: 30,
      ...(this.customerKey && { kmsKeyIdentifier: this.customerKey.keyArn }),
    });

    Validations.of(commands).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Commands may contain credentials for NetBackup, which backups would keep after they were deleted.',
    });
    Validations.of(waitingPlaces).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'Its items are requests that wait now, for half a minute at most: there is nothing to restore.',
    });
    Validations.of(overviews).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Its items are computed from other tables, and are valid for a minute: there is nothing to restore.',
    });

    // All tables, whatever the other stacks import: an export can only be removed after its last import.
    for (const table of Object.values(own)) {
      this.exportValue(table.tableName);
      this.exportValue(table.tableArn);
    }
    this.exportValue(journal.tableStreamArn);
    this.exportValue(commandKey.keyArn);
    if (config.customerManagedKey === true) this.exportValue(this.customerKey?.keyArn);
    this.exportValue(this.eventBus.eventBusName);
    this.exportValue(this.eventBus.eventBusArn);

    new CfnOutput(this, 'KeysTable', {
      value: this.tables.keys.tableName,
      description: 'Table of the API keys, for "nbwss keys create --table"',
    });
    const options = REBUILD_TABLES.map((name) => `--${name} ${this.tables[name].tableName}`);
    new CfnOutput(this, 'RebuildViews', {
      value: `npx nbwss rebuild ${options.join(' ')} --group GROUP`,
      description: 'Projects the journal of a group again; other items of the views are kept',
    });
    // The others have no point-in-time recovery: their items live for a day at most, or are computed again.
    const restorable = TABLES.filter((name) => !['commands', 'overviews', 'waitingPlaces'].includes(name));
    const sources = restorable.map((name) => `--table ${name}=${this.tables[name].tableName}`);
    new CfnOutput(this, 'RestoreTables', {
      value: `npx nbwss restore ${sources.join(' ')} --suffix SUFFIX`,
      description: 'Restores the tables under other names; --at TIME chooses the point in time',
    });
    new CfnOutput(this, 'EventBusName', {
      value: this.eventBus.eventBusName,
      description: 'EventBridge bus of the events; create your rules on it',
    });
  }

  #used(
    own: Readonly<Record<TableKey, EntityTable>>,
    { journalStream, ...names }: Config['existingTables'],
  ): Record<TableKey, ITable> {
    const existing = new Construct(this, 'Existing');
    const used = TABLES.map((key) => {
      const tableName = names[key];
      if (tableName === undefined) return [key, own[key]];
      const stream = key === 'journal' && journalStream ? { tableStreamArn: journalStream } : {};
      return [key, Table.fromTableAttributes(existing, own[key].node.id, { tableName, ...stream })];
    });
    return Object.fromEntries(used);
  }
}
