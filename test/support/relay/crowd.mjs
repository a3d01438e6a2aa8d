// A process that opens many WebSocket connections and keeps them, without the memory that `ws` needs for each.
// Arguments: host, port, `tls` or `tcp`, how many. Prints `open` when all are, and a line for each that ends.
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const [host, port, kind, total] = process.argv.slice(2);
const CONCURRENT = 50;
let started = 0;
let open = 0;

function next() {
  if (started === Number(total)) return;
  started += 1;
  const options = { host, port: Number(port) };
  const socket = kind === 'tls' ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
  socket.once(kind === 'tls' ? 'secureConnect' : 'connect', () => {
    socket.write(
      `GET /prod HTTP/1.1\r\nHost: relay.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16, started).toString('base64')}\r\nUser-Agent: Java-http-client/17.0.9\r\n\r\n`,
    );
  });
  socket.once('data', (data) => {
    if (!data.toString().startsWith('HTTP/1.1 101 ')) process.stdout.write(`refused: ${data}\n`);
    open += 1;
    if (open === Number(total)) process.stdout.write('open\n');
    next();
  });
  socket.on('error', (error) => process.stdout.write(`error: ${error.message}\n`));
  socket.on('close', () => process.stdout.write('closed\n'));
}

for (let at = 0; at < CONCURRENT; at += 1) next();
