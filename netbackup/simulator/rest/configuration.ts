import { POLICIES, type Policy } from '../domain/policies.ts';
import { type Collection, listByOffset, resourceOf } from './collection.ts';
import type { RestContext, Route } from './context.ts';
import { notFound } from './errors.ts';
import { scheduleName } from './job-attributes.ts';

type PolicyAttributes = Readonly<Record<string, unknown>> & { readonly policyName: string };
type StorageUnitAttributes = Readonly<Record<string, unknown>> & { readonly name: string };

const POLICY_LIST: Collection<PolicyAttributes> = {
  type: 'policy',
  path: '/config/policies',
  fields: new Set(['policyName', 'policyType', 'active']),
  sort: 'policyName',
  maxLimit: 500,
  idOf: ({ policyName }) => policyName,
};

const STORAGE_UNITS: Collection<StorageUnitAttributes> = {
  type: 'storageUnit',
  path: '/storage/storage-units',
  fields: new Set(['name', 'storageType', 'storageSubType']),
  sort: 'name',
  maxLimit: 500,
  idOf: ({ name }) => name,
};

/** `/config/policies/`: list and one, as in the job engine. */
export function policyRoutes(context: RestContext): Route[] {
  const all = POLICIES.map(policyAttributes);
  return [
    {
      method: 'GET',
      path: POLICY_LIST.path,
      handle: (call) => listByOffset(context, POLICY_LIST, all, call),
    },
    {
      method: 'GET',
      path: `${POLICY_LIST.path}/{policyName}`,
      handle: ({ params }) => {
        const policy = POLICIES.find(({ name }) => name === params['policyName']);
        if (!policy) throw notFound();
        const data = resourceOf(context, POLICY_LIST, {
          ...policyAttributes(policy),
          policy: policyBody(policy),
        });
        return { status: 200, json: { data } };
      },
    },
  ];
}

function policyAttributes({ name, policyType }: Policy): PolicyAttributes {
  return { policyName: name, policyType, active: true };
}

function policyBody({ name, policyType, clients, schedules }: Policy): Record<string, unknown> {
  const types = [...new Set([schedules.weekend, schedules.weekday])];
  return {
    policyName: name,
    policyType,
    policyAttributes: { active: true, storage: 'stu_msdp_1', priority: 0, maxTries: 2 },
    clients: clients.map((hostName) => ({ hardware: 'Linux', hostName, OS: 'RedHat2.6.18' })),
    schedules: types.map((type) => ({ scheduleName: scheduleName(type), scheduleType: type })),
    backupSelections: { selections: ['ALL_LOCAL_DRIVES'] },
  };
}

/** `/storage/storage-units`: three MSDP units, one per media server. */
export function storageUnitRoute(context: RestContext): Route {
  const all = [1, 2, 3].map((number) => storageUnitAttributes(number, context.primaryName));
  return {
    method: 'GET',
    path: STORAGE_UNITS.path,
    handle: (call) => listByOffset(context, STORAGE_UNITS, all, call),
  };
}

function storageUnitAttributes(number: number, primaryName: string): StorageUnitAttributes {
  const mediaServer = `media${number}.${primaryName.split('.').slice(1).join('.') || 'example.com'}`;
  return {
    name: `stu_msdp_${number}`,
    storageType: 'DISK',
    storageSubType: 'PureDisk',
    storageCategory: 'MSDP',
    diskPoolName: `dp_msdp_${number}`,
    diskPoolId: `PureDisk:dp_msdp_${number}`,
    diskVolumes: [
      { name: 'PureDiskVolume', freeSizeBytes: 40_000_000_000_000, totalSizeBytes: 100_000_000_000_000 },
    ],
    diskType: 'PureDisk',
    density: 'NONE',
    freeCapacityBytes: 40_000_000_000_000 / number,
    totalCapacityBytes: 100_000_000_000_000,
    usedCapacityBytes: 100_000_000_000_000 - 40_000_000_000_000 / number,
    freePhysicalSpaceSizeBytes: 40_000_000_000_000 / number,
    maxFragmentSizeMegabytes: 51_200,
    maxConcurrentJobs: 12,
    onDemandOnly: false,
    useAnyAvailableMediaServer: true,
    useWorm: false,
    enableMaximumCopies: false,
    highWaterMark: 98,
    lowWaterMark: 80,
    isCloudSTU: false,
    accelerator: true,
    instantAccessEnabled: true,
    isMSDPCCompatible: true,
    replicationCapable: true,
    replicationSourceCapable: true,
    replicationTargetCapable: true,
    snapshot: false,
    primary: false,
    scaleOutEnabled: false,
    wormCapable: false,
    robotNumber: -1,
    robotType: 'NONE',
    stagingBackup: false,
    mediaServersCount: 1,
    mediaServers: [{ mediaServer, nbuVersion: '11.1', operatingSystem: 'LINUX' }],
    state: 'UP',
  };
}
