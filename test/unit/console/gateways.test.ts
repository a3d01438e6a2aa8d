import { freeGateways, type Gateway } from '../../../console/src/views/endpoints/gateways.ts';

it.each<[Gateway[], Gateway[], Gateway[]]>([
  [['api-gateway'], [], ['api-gateway']],
  [['api-gateway'], ['api-gateway'], []],
  [['relay'], ['api-gateway'], ['relay']],
  [['api-gateway', 'relay'], [], ['api-gateway', 'relay']],
  [['api-gateway', 'relay'], ['api-gateway'], ['relay']],
  [['api-gateway', 'relay'], ['relay', 'api-gateway'], []],
])('of %j, with endpoints at %j, these are free: %j', (gateways, taken, free) => {
  expect(freeGateways({ gateways, items: taken.map((gateway) => ({ gateway })) })).toEqual(free);
});
