import { once } from 'node:events';
import { type Client, contextOf, type Rig, scripted, startRig } from './support.ts';

describe('@connections of the local WebSocket gateway', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  const open = async (headers: Record<string, string> = {}): Promise<[Client, string]> => {
    const client = await rig.connect('', [], { headers });
    client.send('who am I');
    return [client, contextOf(await rig.events.next())['connectionId'] as string];
  };

  it('POST sends one text message', async () => {
    rig = await startRig();
    const [client, id] = await open();
    const received = once(client.ws, 'message');
    expect(await rig.gateway.connections.post(id, Buffer.from('für dich'))).toEqual({ status: 200 });
    const [data, isBinary] = await received;
    expect([data.toString(), isBinary]).toEqual(['für dich', false]);
  });

  it('POST refuses more than 128 KB with 413', async () => {
    rig = await startRig();
    const [client, id] = await open();
    const most = Buffer.alloc(128 * 1024, 'x');
    expect(await rig.gateway.connections.post(id, Buffer.concat([most, Buffer.from('x')]))).toEqual({
      status: 413,
    });
    expect(await rig.gateway.connections.post(id, most)).toEqual({ status: 200 });
    expect(await client.messages.next()).toHaveLength(128 * 1024);
  });

  it('POST is refused with 429 while the client does not read', async () => {
    rig = await startRig();
    const [client, id] = await open();
    client.ws.pause();
    const body = Buffer.alloc(100 * 1024, 'x');
    let sent = 0;
    let answer = await rig.gateway.connections.post(id, body);
    for (; answer.status === 200 && sent < 1_000; sent++) {
      answer = await rig.gateway.connections.post(id, body);
    }
    expect(answer).toEqual({ status: 429 });
    client.ws.resume();
    for (let n = 0; n < sent; n++) await client.messages.next();
    expect(await rig.gateway.connections.post(id, Buffer.from('again'))).toEqual({ status: 200 });
  });

  it('POST gets 410 until $connect has returned', async () => {
    rig = await startRig();
    const connecting = rig.connect(scripted({ do: 'hang' }));
    connecting.catch(() => {});
    const { connectionId } = contextOf(await rig.events.next());
    const answer = await rig.gateway.connections.post(connectionId as string, Buffer.from('too early'));
    expect(answer).toEqual({ status: 410 });
  });

  it('everything gets 410 when the connection is gone, or never was', async () => {
    rig = await startRig();
    const [client, id] = await open();
    client.ws.close(1000);
    await rig.events.next();
    for (const connectionId of [id, 'L0SM9cOFvHcCIhw=']) {
      expect(await rig.gateway.connections.post(connectionId, Buffer.from(''))).toEqual({ status: 410 });
      expect(await rig.gateway.connections.get(connectionId)).toEqual({ status: 410 });
      expect(await rig.gateway.connections.delete(connectionId)).toEqual({ status: 410 });
    }
  });

  it('GET tells when it connected, when it was last active, and who it is', async () => {
    rig = await startRig();
    const connectedAt = new Date(rig.clock.now()).toISOString();
    const [client, id] = await open({ 'User-Agent': 'NBWSS' });
    rig.clock.advance(1_000);
    client.send('active');
    await rig.events.next();
    rig.clock.advance(1_000);
    expect(await rig.gateway.connections.get(id)).toEqual({
      status: 200,
      body: {
        connectedAt,
        lastActiveAt: new Date(rig.clock.now() - 1_000).toISOString(),
        identity: { sourceIp: '127.0.0.1', userAgent: 'NBWSS' },
      },
    });
  });

  it('DELETE closes with 1000; the connection is gone at once', async () => {
    rig = await startRig();
    const [client, id] = await open();
    expect(await rig.gateway.connections.delete(id)).toEqual({ status: 204 });
    expect(await rig.gateway.connections.get(id)).toEqual({ status: 410 });
    expect((await client.closed).code).toBe(1000);
    expect(contextOf(await rig.events.next())).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
  });

  it('DELETE closes a connection of which many messages wait', async () => {
    rig = await startRig();
    const [client, id] = await open();
    client.send({ script: { do: 'hang' } });
    for (let n = 0; n < 200; n++) client.send('waiting');
    await rig.events.next();
    expect(await rig.gateway.connections.delete(id)).toEqual({ status: 204 });
    expect((await client.closed).code).toBe(1000);
  });

  it('stop() drops every connection, open, closing or in the handshake', async () => {
    rig = await startRig();
    const [client] = await open();
    const [closing, id] = await open();
    closing.ws.pause();
    await rig.gateway.connections.delete(id);
    const shaking = rig.connect(scripted({ do: 'hang' }));
    shaking.catch(() => {});
    await rig.events.next();
    await rig.events.next();
    await rig.gateway.stop();
    expect((await client.closed).code).toBe(1006);
    closing.ws.resume();
    expect((await closing.closed).code).toBe(1000);
  });
});
