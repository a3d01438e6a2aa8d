/** Generated from docs/openapi.json: UPDATE_DOCS=1 npx jest test/unit/http/client-types.test.ts. Do not edit. */

type Failures<Status extends number, Problem> = {
  [status in Status]: { content: { 'application/problem+json': Problem } };
};

export interface Schemas {
  Group: {
    groupId: string;
    description?: string;
    allowedCidrs?: string[];
    verdicts?: Record<string, unknown>[];
    targetHours?: number;
    targets?: Record<string, unknown>[];
    timeZone?: string;
    labels?: Record<string, string>;
    createdAt: string;
    endpointId?: string;
    relayEndpointId?: string;
    session: {
      connected: boolean;
      state: 'connected' | 'connecting' | 'disconnected' | 'never-connected';
      since?: string;
      lastSeen?: string;
      endpointId?: string;
      gateway?: 'api-gateway' | 'relay';
      sourceIp?: string;
      closeCode?: number;
      closeReason?: string;
      closedFor?:
        | 'never-spoke'
        | 'rejected'
        | 'superseded'
        | 'not-the-session'
        | 'no-heartbeat'
        | 'lifetime'
        | 'operator'
        | 'unanswered'
        | 'token-ended'
        | 'token-expired'
        | 'endpoint-disabled'
        | 'endpoint-deleted'
        | 'group-deleted';
      closePlanned?: boolean;
    };
    lastNotificationAt?: string;
    lastRejection?: { at: string; reason: string; explanation: string; sourceIp: string };
    tokenShared?: { at: string; addresses: string[] };
    netbackupApiVersion?: string;
    roundTripMs?: number;
    utcOffset: {
      seconds?: number;
      source: 'configured' | 'learned' | 'estimated' | 'unknown';
      warning?: string;
    };
    utcOffsetSeconds?: number;
  };
  ProblemDetails: {
    type: string;
    title: string;
    status: number;
    detail: string;
    code: string;
    trackingId: string;
  };
  EndpointDetails: { token: string; priority: number; groupId: string; hostName: string; url: string };
  Endpoint: {
    endpointId: string;
    groupId: string;
    priority: number;
    hostName: string;
    url: string;
    gateway: 'api-gateway' | 'relay';
    enabled: boolean;
    createdAt: string;
    certificate?: Schemas['Certificate'];
    tokens: { tokenId: string; createdAt: string; expiresAt?: string }[];
    invitations: {
      invitationId: string;
      state: 'open' | 'used' | 'expired';
      createdAt: string;
      expiresAt: string;
      reads: number;
      lastReads: { at: string; sourceIp: string }[];
    }[];
  };
  Certificate: { fingerprint: string; issuer: string; validFrom: string; validTo: string; readAt: string };
  TokenRotation: { overlap?: number; validDays?: number };
  Invitation: { invitationId: string; url: string; expiresAt: string; certificate?: Schemas['Certificate'] };
  InvitationRequest: { validFor?: number };
  ClosedConnection: { groupId: string; connectionId: string; since: string };
  Job: {
    groupId: string;
    notificationType: string;
    firstReportedAt: string;
    lastReportedAt: string;
    jobId: number;
    outcome: 'running' | 'succeeded' | 'warning' | 'failed';
    verdict?: 'running' | 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed';
    statusText?: string;
    run?: number;
    startedAt?: string;
    estimated?: true;
    ambiguous?: true;
  } & Record<string, unknown>;
  JobTree: {
    outcome: 'running' | 'succeeded' | 'warning' | 'failed';
    parentFailed: boolean;
    complete: boolean;
    leaves: { running?: number; succeeded?: number; warning?: number; failed?: number };
    root: Schemas['JobNode'];
  };
  JobNode: Schemas['Job'] &
    ({
      leaf: boolean;
      parentFailed?: true;
      images: Schemas['Image'][];
      children: Schemas['JobNode'][];
    } & Record<string, unknown>);
  Image: {
    groupId: string;
    notificationType: string;
    firstReportedAt: string;
    lastReportedAt: string;
    backupId: string;
    imageState: 'available' | 'replica-only' | 'deleted' | 'unknown';
    restorable: boolean | null;
    backedUpAt?: string;
  } & Record<string, unknown>;
  Event: {
    eventId: string;
    groupId: string;
    object?: string;
    receivedAt: string;
    reportedAt?: string;
    notification?: unknown;
    reason?: string;
    text?: string;
  };
  QuarantinedNotification: {
    eventId: string;
    groupId: string;
    reason:
      | 'not-a-notification'
      | 'no-time-stamp'
      | 'payload-no-array'
      | 'no-data-array'
      | 'unknown-object'
      | 'not-a-job'
      | 'not-an-image'
      | 'inexact-number'
      | 'cannot-be-read'
      | 'cannot-be-stored'
      | 'cannot-be-applied'
      | 'too-many-notifications'
      | 'too-many-not-interpretable';
    receivedAt: string;
    reportedAt?: string;
    object?: string;
    part: 'message' | 'group' | 'item';
    text: string;
  };
  Summary: {
    groupId: string;
    hours: number;
    from: string;
    to: string;
    complete: boolean;
    outcomes: { running: number; succeeded: number; warning: number; failed: number };
    cancelled: number;
    ignored: number;
    recovered: number;
    successRate?: number;
    jobTypes: Record<string, { running: number; succeeded: number; warning: number; failed: number }>;
    failures: {
      recovered: { clientName: string; policyName: string; failedJobId: number; recoveredByJobId: number }[];
      byClient: { clientName: string; failed: number; recovered?: number }[];
      byStatus: { status?: number; statusText?: string; failed: number; recovered?: number }[];
    };
    parentFailed: {
      jobId: number;
      clientName: string;
      policyName: string;
      status?: number;
      statusText?: string;
    }[];
    lastGoodBackups: {
      clientName: string;
      policyName: string;
      jobId?: number;
      outcome?: 'succeeded' | 'warning';
      startedAt?: string;
      ageHours?: number;
      snapshotOnly?: true;
      parentFailed?: { jobId: number; status: number };
      lastFull?: { jobId: number; startedAt?: string; ageHours?: number };
      latest?: {
        jobId: number;
        verdict: 'running' | 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed';
        startedAt?: string;
      };
    }[];
    queuedLong: ({ jobId: number; startedAt?: string; lastReportedAt: string; minutes: number } & Record<
      string,
      unknown
    >)[];
    runningLong: ({
      jobId: number;
      startedAt?: string;
      lastReportedAt: string;
      minutes: number;
      usualMinutes?: number;
    } & Record<string, unknown>)[];
    lastNotificationAt?: string;
    minutesSinceLastNotification?: number;
    omitted?: Record<string, number>;
  };
  SummaryOfGroup: {
    groupId: string;
    asOf: string;
    ageSeconds: number;
    complete: boolean;
    outcomes: { running: number; succeeded: number; warning: number; failed: number };
    cancelled: number;
    ignored: number;
    recovered: number;
    successRate?: number;
    withoutGoodBackup: number;
    oldestGoodBackupHours?: number;
    queuedLong: number;
    runningLong: number;
    lastNotificationAt?: string;
    minutesSinceLastNotification?: number;
  };
  History: {
    clientName: string;
    policyName: string;
    from: string;
    to: string;
    days: { day: string; verdict: 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed' }[];
    successRate?: number;
    longestGapDays: number;
    consecutiveFailures: number;
  };
  Target: {
    clientName: string;
    policyName: string;
    retired?: true;
    targetHours?: number;
    from?: 'client' | 'policy' | 'group' | 'label' | 'deployment' | 'learned' | 'default';
    learned?: {
      gapHours: number;
      graceHours: number;
      basis: 'same-time-of-week' | 'longest-gap';
      goodBackups: number;
    };
    lastGoodAt?: string;
    dueAt?: string;
  };
  Problem: {
    problemId: string;
    kind:
      | 'backup-failed'
      | 'no-good-backup'
      | 'consecutive-failures'
      | 'job-stuck'
      | 'domain-disconnected'
      | 'domain-silent'
      | 'message-too-large'
      | 'token-expiring'
      | 'key-expiring'
      | 'certificate-changed'
      | 'quarantined'
      | 'credential-refused';
    severity: 'critical' | 'warning';
    groupId?: string;
    labels: Record<string, string>;
    subject: Record<string, string>;
    state: 'open' | 'acknowledged' | 'muted' | 'recovered';
    since: string;
    last: string;
    count: number;
    jobIds: number[];
    status?: number;
    statusText?: string;
    measures: { name: string; value: number; threshold: number; from: string }[];
    text: string;
    openedAt?: string;
    recoveredAt?: string;
    informedAt?: string;
    acknowledged?: { by: string; at: string; reason: string; until: string };
    muted?: { by: string; at: string; reason: string; until: string };
  };
  UntilAndReason: { reason: string; until: string };
  MuteRule: {
    muteId: string;
    by: string;
    reason: string;
    createdAt: string;
    from: string;
    until: string;
    window?: {
      days: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      from: string;
      to: string;
      timeZone: string;
    };
    kinds?: (
      | 'backup-failed'
      | 'no-good-backup'
      | 'consecutive-failures'
      | 'job-stuck'
      | 'domain-disconnected'
      | 'domain-silent'
      | 'message-too-large'
      | 'token-expiring'
      | 'key-expiring'
      | 'certificate-changed'
      | 'quarantined'
      | 'credential-refused'
    )[];
    groupId?: string;
    clientName?: string;
    policyName?: string;
    labels?: Record<string, string>;
  };
  MuteRuleRequest: {
    reason: string;
    from?: string;
    until: string;
    window?: {
      days: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      from: string;
      to: string;
      timeZone: string;
    };
    kinds?: (
      | 'backup-failed'
      | 'no-good-backup'
      | 'consecutive-failures'
      | 'job-stuck'
      | 'domain-disconnected'
      | 'domain-silent'
      | 'message-too-large'
      | 'token-expiring'
      | 'key-expiring'
      | 'certificate-changed'
      | 'quarantined'
      | 'credential-refused'
    )[];
    groupId?: string;
    clientName?: string;
    policyName?: string;
    labels?: Record<string, string>;
  };
  CreatedKey: Schemas['Key'] & { apiKey: string };
  Key: {
    keyId: string;
    scopes: ('read' | 'command' | 'inject' | 'admin')[];
    groups: ('*' | string)[];
    labels?: Record<string, string>;
    addresses?: (string | string)[];
    description?: string;
    createdAt: string;
    createdBy?: string;
    expiresAt?: string;
    lastUsedAt?: string;
  };
  KeyRequest: {
    scopes: ('read' | 'command' | 'inject' | 'admin')[];
    groups?: ('*' | string)[];
    labels?: Record<string, string>;
    addresses?: (string | string)[];
    description?: string;
    validDays?: number;
  };
  AuditEvent: {
    at: string;
    trackingId: string;
    keyId: string;
    action: string;
    path: string;
    groupId?: string;
    sourceIp?: string;
    status: number;
  };
  Session: {
    sessionId: string;
    keyId: string;
    name: string;
    createdAt: string;
    expiresAt: string;
    scopes: ('read' | 'command' | 'inject' | 'admin')[];
    groups: ('*' | string)[];
    labels?: Record<string, string>;
  };
  SignIn: { apiKey: string };
  ListedSession: {
    sessionId: string;
    keyId: string;
    name: string;
    createdAt: string;
    expiresAt: string;
    sourceIp?: string;
    userAgent?: string;
    isCurrent: boolean;
  };
  SignInOffer: { apiKey: true; oidc?: { issuer: string } };
  Command: {
    commandId: string;
    groupId: string;
    state: 'queued' | 'sent' | 'timed_out' | 'lost' | 'completed' | 'failed' | 'expired' | 'cancelled';
    request: { method: string; uri: string };
    requestedBy: string;
    createdAt: string;
    deliverBy: string;
    sentAt?: string;
    executeBy?: string;
    endedAt?: string;
    attempts: number;
    late?: boolean;
    reason?: string;
    failure?: 'answer-too-large' | 'command-too-large' | 'answer-not-usable';
    response?: {
      status?: number;
      headers: Record<string, string>;
      body?: string;
      location?: Schemas['ResponseLocation'];
    };
  };
  ResponseLocation: { url: string; bytes: number; expiresAt: string };
  CommandRequest: {
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    uri: string;
    headers?: Record<string, string>;
    body?: unknown;
    parameters?: string;
    deliverWithin?: number;
    executeWithin?: number;
    retry?: 'safe' | 'always';
    credential?: 'group';
  };
  BatchResult: {
    groupId: string;
    status: number;
    location?: string;
    command?: Schemas['Command'];
    problem?: { code: string; detail: string };
  };
  BatchRequest: {
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    uri: string;
    headers?: Record<string, string>;
    body?: unknown;
    parameters?: string;
    deliverWithin?: number;
    executeWithin?: number;
    retry?: 'safe' | 'always';
    credential?: 'group';
    groups: 'all' | string[];
    cursor?: string;
  };
  NetBackupCredential: { apiKey: string };
  StoredNetBackupCredential: { stored: true; storedAt?: string; storedBy?: string };
  NetBackupProblem: Schemas['ProblemDetails'] & {
    errorCode: number;
    errorMessage: string;
    attributeErrors: Record<string, never>;
    errorDetails: string[];
  };
}

export interface Paths {
  '/v1/groups': {
    /** Groups with the state of their connections. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string; label?: string | string[] };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['Group'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
    /** Create a group for a NetBackup domain. */
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            groupId: string;
            description?: string;
            allowedCidrs?: (string | string)[];
            verdicts?: {
              status?: number | number[];
              policy?: string;
              jobType?: string | string[];
              verdict: 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed';
            }[];
            targetHours?: number;
            targets?: { client?: string; policy?: string; targetHours?: number; retired?: true }[];
            timeZone?: string;
            labels?: Record<string, string>;
          };
        };
      };
      responses: { 201: { content: { 'application/json': Schemas['Group'] } } } & Failures<
        400 | 401 | 403 | 409 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}': {
    /** One group. */
    get: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Group'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Change the settings of a group. */
    patch: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody: {
        content: {
          'application/json': {
            description?: string | null;
            allowedCidrs?: (string | string)[] | null;
            verdicts?:
              | {
                  status?: number | number[];
                  policy?: string;
                  jobType?: string | string[];
                  verdict: 'ok' | 'warning' | 'ignored' | 'cancelled' | 'failed';
                }[]
              | null;
            targetHours?: number | null;
            targets?: { client?: string; policy?: string; targetHours?: number; retired?: true }[] | null;
            timeZone?: string | null;
            labels?: Record<string, string> | null;
          };
        };
      };
      responses: { 200: { content: { 'application/json': Schemas['Group'] } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Delete a group and its data. */
    delete: {
      parameters: {
        query?: { force?: 'true' | 'false' };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: { content: { 'application/json': { groupId: string; removes: string[] } } };
      } & Failures<400 | 401 | 403 | 404 | 409 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/endpoints': {
    /** Create an endpoint with its first token. */
    post: {
      parameters: {
        query?: { port?: 'keep' | 'omit' };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            priority: number;
            tokenValidDays?: number;
            gateway?: 'api-gateway' | 'relay';
          };
        };
      };
      responses: { 201: { content: { 'application/json': Schemas['EndpointDetails'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 415 | 422 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Endpoints of a group. */
    get: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': {
              items: Schemas['Endpoint'][];
              cursor?: string;
              gateways: ('api-gateway' | 'relay')[];
            };
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/endpoints/{endpointId}': {
    /** One endpoint. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Endpoint'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Change an endpoint. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': { priority?: number; enabled?: boolean } } };
      responses: { 200: { content: { 'application/json': Schemas['Endpoint'] } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Delete an endpoint. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/endpoints/{endpointId}/token': {
    /** Create a new token. */
    post: {
      parameters: {
        query?: { port?: 'keep' | 'omit' };
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody?: { content: { 'application/json': Schemas['TokenRotation'] } };
      responses: { 201: { content: { 'application/json': Schemas['EndpointDetails'] } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 422 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Revoke tokens. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/endpoints/{endpointId}/invitations': {
    /** Create a URL from which NetBackup reads the endpoint details. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; endpointId: string };
        cookie?: never;
      };
      requestBody?: { content: { 'application/json': Schemas['InvitationRequest'] } };
      responses: { 201: { content: { 'application/json': Schemas['Invitation'] } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 422 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/invitations/{invitation}': {
    /** The endpoint details, for NetBackup. */
    get: {
      parameters: { query?: never; header?: never; path: { invitation: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['EndpointDetails'] } } } & Failures<
        403 | 404 | 410 | 422 | 429 | 500,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/connection': {
    /** Close the connection of a group. */
    delete: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['ClosedConnection'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/jobs': {
    /** Jobs of a group. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: string;
          outcome?: string;
          status?: string;
          jobType?: string;
          policyType?: string;
          scheduleType?: string;
          policyName?: string;
          clientName?: string;
          parentJobId?: number;
          from?: string;
          to?: string;
          reportedFrom?: string;
          reportedTo?: string;
          order?: 'asc' | 'desc';
        };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Job'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/jobs/{jobId}': {
    /** One job with its history. */
    get: {
      parameters: { query?: never; header?: never; path: { groupId: string; jobId: number }; cookie?: never };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': Schemas['Job'] &
              ({
                runs: (Schemas['Job'] & ({ run: number } & Record<string, unknown>))[];
                timeline: {
                  eventId: string;
                  reportedAt: string;
                  lastReportedAt?: string;
                  receivedAt: string;
                  notificationType: string;
                  run: number;
                  state?: unknown;
                  status?: unknown;
                  outcome: 'running' | 'succeeded' | 'warning' | 'failed';
                }[];
              } & Record<string, unknown>);
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/jobs/{jobId}/tree': {
    /** A job with its parent and child jobs. */
    get: {
      parameters: { query?: never; header?: never; path: { groupId: string; jobId: number }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['JobTree'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/images': {
    /** Backup images of a group. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          operation?: string;
          clientName?: string;
          clientType?: string;
          restorable?: 'true' | 'false' | 'unknown';
          from?: string;
          to?: string;
          order?: 'asc' | 'desc';
        };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Image'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/images/{backupId}': {
    /** One backup image with its history. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; backupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': Schemas['Image'] &
              ({
                job?: Schemas['Job'];
                timeline: {
                  eventId: string;
                  reportedAt: string;
                  lastReportedAt?: string;
                  receivedAt: string;
                  notificationType: string;
                  operationId?: unknown;
                  occurredAt?: string;
                }[];
              } & Record<string, unknown>);
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/jobs': {
    /** Jobs of several groups. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: string;
          outcome?: string;
          status?: string;
          jobType?: string;
          policyType?: string;
          scheduleType?: string;
          policyName?: string;
          clientName?: string;
          parentJobId?: number;
          from?: string;
          to?: string;
          reportedFrom?: string;
          reportedTo?: string;
          order?: 'asc' | 'desc';
          label?: string | string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Job'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/images': {
    /** Images of several groups. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          operation?: string;
          clientName?: string;
          clientType?: string;
          restorable?: 'true' | 'false' | 'unknown';
          from?: string;
          to?: string;
          order?: 'asc' | 'desc';
          label?: string | string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Image'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/events': {
    /** All notifications of a group, as they were received. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          object?: string;
          from?: string;
          to?: string;
          after?: string;
        };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Event'][]; cursor: string; more: boolean };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/quarantine': {
    /** Quarantined notifications of a group. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['QuarantinedNotification'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/quarantine/{eventId}/replay': {
    /** Interpret a quarantined notification again. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; eventId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': { eventIds: string[] } } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/summary': {
    /** What happened in the last hours, and the last good backups. */
    get: {
      parameters: { query?: { hours?: number }; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Summary'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/summary': {
    /** The summaries of several groups. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string; hours?: number; label?: string | string[] };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': {
              hours: number;
              outcomes: { running: number; succeeded: number; warning: number; failed: number };
              items: Schemas['SummaryOfGroup'][];
              cursor?: string;
            };
          };
        };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/metrics': {
    /** The state of all groups for Prometheus. */
    get: {
      parameters: { query?: { label?: string | string[] }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'text/plain': string } } } & Failures<
        400 | 401 | 403 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/history': {
    /** A verdict for each day, client and policy. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string; days?: number; clientName?: string; policyName?: string };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['History'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/backups/dismiss': {
    /** Stop expecting backups of a client and policy. */
    post: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody: {
        content: { 'application/json': { policyName: string; clientName?: string; dismissed?: boolean } };
      };
      responses: { 200: { content: { 'application/json': { changed: number } } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/backups/retire': {
    /** Stop expecting backups of a client and policy. */
    post: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody: {
        content: { 'application/json': { policyName: string; clientName?: string; dismissed?: boolean } };
      };
      responses: { 200: { content: { 'application/json': { changed: number } } } } & Failures<
        400 | 401 | 403 | 404 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/targets': {
    /** How old the last good backup of each client and policy may be. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['Target'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/problems': {
    /** What is wrong. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: string;
          kind?: string;
          severity?: 'critical' | 'warning';
          label?: string | string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Problem'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/problems': {
    /** What is wrong in a group. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: string;
          kind?: string;
          severity?: 'critical' | 'warning';
        };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            'application/json': { items: Schemas['Problem'][]; cursor?: string };
            'application/x-ndjson': string;
            'text/csv': string;
          };
        };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/problems/{problemId}': {
    /** A problem. */
    get: {
      parameters: { query?: never; header?: never; path: { problemId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Problem'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/problems/{problemId}/acknowledge': {
    /** Acknowledge a problem. */
    post: {
      parameters: { query?: never; header?: never; path: { problemId: string }; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['UntilAndReason'] } };
      responses: { 200: { content: { 'application/json': Schemas['Problem'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/problems/{problemId}/mute': {
    /** Mute a problem. */
    post: {
      parameters: { query?: never; header?: never; path: { problemId: string }; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['UntilAndReason'] } };
      responses: { 200: { content: { 'application/json': Schemas['Problem'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/problems/{problemId}/reopen': {
    /** Undo acknowledging or muting. */
    post: {
      parameters: { query?: never; header?: never; path: { problemId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Problem'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/mutes': {
    /** The rules that mute problems. */
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': { items: Schemas['MuteRule'][] } } } } & Failures<
        400 | 401 | 403 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Mute problems by a rule. */
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['MuteRuleRequest'] } };
      responses: { 201: { content: { 'application/json': Schemas['MuteRule'] } } } & Failures<
        400 | 401 | 403 | 409 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/mutes/{muteId}': {
    /** Delete a rule. */
    delete: {
      parameters: { query?: never; header?: never; path: { muteId: string }; cookie?: never };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/keys': {
    /** Create an API key. */
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['KeyRequest'] } };
      responses: { 201: { content: { 'application/json': Schemas['CreatedKey'] } } } & Failures<
        400 | 401 | 403 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** API keys. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['Key'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/keys/{keyId}': {
    /** One API key. */
    get: {
      parameters: { query?: never; header?: never; path: { keyId: string }; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Key'] } } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Revoke an API key. */
    delete: {
      parameters: { query?: never; header?: never; path: { keyId: string }; cookie?: never };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 409 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/audit': {
    /** Who changed what. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['AuditEvent'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/audit': {
    /** Who changed what in a group. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['AuditEvent'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/session': {
    /** Sign in to the console with an API key. */
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['SignIn'] } };
      responses: { 201: { content: { 'application/json': Schemas['Session'] } } } & Failures<
        400 | 401 | 403 | 415 | 500,
        Schemas['ProblemDetails']
      >;
    };
    /** Who is signed in, and what they may do. */
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Session'] } } } & Failures<
        400 | 401 | 403 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Sign out. */
    delete: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/sessions': {
    /** Sessions of the console. */
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['ListedSession'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/sessions/{sessionId}': {
    /** End a session. */
    delete: {
      parameters: { query?: never; header?: never; path: { sessionId: string }; cookie?: never };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/sign-in': {
    /** How people can sign in to the console. */
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['SignInOffer'] } } } & Failures<
        403 | 500,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/sign-in/oidc': {
    /** Sign in at the identity provider. */
    get: {
      parameters: { query?: { returnTo?: string }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 302: { content: never } } & Failures<
        400 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/sign-in/callback': {
    /** The redirect back from the identity provider. */
    get: {
      parameters: {
        query?: { code?: string; state?: string; error?: string };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: { 303: { content: never } } & Failures<400 | 403 | 500, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/commands': {
    /** Send a NetBackup REST call to a group. */
    post: {
      parameters: {
        query?: never;
        header?: { prefer?: string; 'idempotency-key'?: string };
        path: { groupId: string };
        cookie?: never;
      };
      requestBody: { content: { 'application/json': Schemas['CommandRequest'] } };
      responses: {
        200: { content: { 'application/json': Schemas['Command'] } };
        202: { content: { 'application/json': Schemas['Command'] } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Commands of a group. */
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: 'queued' | 'sent' | 'timed_out' | 'lost' | 'completed' | 'failed' | 'expired' | 'cancelled';
          since?: string;
          until?: string;
        };
        header?: never;
        path: { groupId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': { items: Schemas['Command'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/commands/{commandId}': {
    /** One command with its response. */
    get: {
      parameters: {
        query?: never;
        header?: { prefer?: string };
        path: { groupId: string; commandId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Command'] } } } & Failures<
        400 | 401 | 403 | 404 | 429 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Cancel a queued command. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: { groupId: string; commandId: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: { content: { 'application/json': Schemas['Command'] } } } & Failures<
        400 | 401 | 403 | 404 | 409 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/commands': {
    /** Send a NetBackup REST call to several groups. */
    post: {
      parameters: { query?: never; header?: { 'idempotency-key'?: string }; path?: never; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['BatchRequest'] } };
      responses: {
        200: { content: { 'application/json': { items: Schemas['BatchResult'][]; cursor?: string } } };
      } & Failures<400 | 401 | 403 | 415 | 500 | 503, Schemas['ProblemDetails']>;
    };
  };
  '/v1/groups/{groupId}/netbackup-credential': {
    /** Store the API key of NetBackup for a group. */
    put: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody: { content: { 'application/json': Schemas['NetBackupCredential'] } };
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 415 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
    /** Whether an API key of NetBackup is stored. */
    get: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: {
        200: { content: { 'application/json': Schemas['StoredNetBackupCredential'] } };
      } & Failures<400 | 401 | 403 | 404 | 500 | 503, Schemas['ProblemDetails']>;
    };
    /** Delete the API key of NetBackup. */
    delete: {
      parameters: { query?: never; header?: never; path: { groupId: string }; cookie?: never };
      requestBody?: never;
      responses: { 204: { content: never } } & Failures<
        400 | 401 | 403 | 404 | 500 | 503,
        Schemas['ProblemDetails']
      >;
    };
  };
  '/v1/groups/{groupId}/netbackup/{path}': {
    /** GET of NetBackup's REST API. */
    get: {
      parameters: {
        query?: never;
        header?: { authorization?: string; prefer?: string };
        path: { groupId: string; path: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        303: { content: { 'application/problem+json': Schemas['NetBackupProblem'] } };
        default: { content: { 'application/json': unknown } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 502 | 503 | 504,
        Schemas['NetBackupProblem']
      >;
    };
    /** POST of NetBackup's REST API. */
    post: {
      parameters: {
        query?: never;
        header?: { authorization?: string; prefer?: string; 'idempotency-key'?: string };
        path: { groupId: string; path: string };
        cookie?: never;
      };
      requestBody?: { content: { 'application/json': unknown } };
      responses: {
        303: { content: { 'application/problem+json': Schemas['NetBackupProblem'] } };
        default: { content: { 'application/json': unknown } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504,
        Schemas['NetBackupProblem']
      >;
    };
    /** PUT of NetBackup's REST API. */
    put: {
      parameters: {
        query?: never;
        header?: { authorization?: string; prefer?: string; 'idempotency-key'?: string };
        path: { groupId: string; path: string };
        cookie?: never;
      };
      requestBody?: { content: { 'application/json': unknown } };
      responses: {
        303: { content: { 'application/problem+json': Schemas['NetBackupProblem'] } };
        default: { content: { 'application/json': unknown } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504,
        Schemas['NetBackupProblem']
      >;
    };
    /** PATCH of NetBackup's REST API. */
    patch: {
      parameters: {
        query?: never;
        header?: { authorization?: string; prefer?: string; 'idempotency-key'?: string };
        path: { groupId: string; path: string };
        cookie?: never;
      };
      requestBody?: { content: { 'application/json': unknown } };
      responses: {
        303: { content: { 'application/problem+json': Schemas['NetBackupProblem'] } };
        default: { content: { 'application/json': unknown } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504,
        Schemas['NetBackupProblem']
      >;
    };
    /** DELETE of NetBackup's REST API. */
    delete: {
      parameters: {
        query?: never;
        header?: { authorization?: string; prefer?: string; 'idempotency-key'?: string };
        path: { groupId: string; path: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        303: { content: { 'application/problem+json': Schemas['NetBackupProblem'] } };
        default: { content: { 'application/json': unknown } };
      } & Failures<
        400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504,
        Schemas['NetBackupProblem']
      >;
    };
  };
}
