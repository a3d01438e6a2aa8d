/** An instance of a service in Cloud Map. */
export interface Instance {
  readonly address: string;
  readonly port: number;
}

export type Registry = ReturnType<typeof createRegistry>;

/** AWS Cloud Map: the healthy instances of each service, by its ARN. */
export function createRegistry() {
  const services = new Map<string, Instance[]>();
  let turn = 0;
  return {
    register: (serviceArn: string, instance: Instance): void => {
      services.set(serviceArn, [...(services.get(serviceArn) ?? []), instance]);
    },
    deregister: (serviceArn: string, address: string): void => {
      const left = (services.get(serviceArn) ?? []).filter((instance) => instance.address !== address);
      services.set(serviceArn, left);
    },
    /** One of the instances, in rotation. */
    discover(serviceArn: string): Instance | undefined {
      const instances = services.get(serviceArn) ?? [];
      turn += 1;
      return instances[turn % instances.length];
    },
  };
}
