// A host application on MQTT.js that reads and writes with Cirrus Link's sparkplug-payload (npm), at the broker on the port given, before the edge node of group G, E with its device D.
// Each message that comes is one line of JSON, [topic, seq, metrics]; a metric is [name or alias, type, value], then its properties where it has any. What that library
// does not read (arrays, a UInt32 outside long_value, values without a data type) stands as its own protobuf schema reads it. Behind each step it sends a command, and ends after the second DBIRTH.
'use strict';

const mqtt = require('mqtt');
const sparkplug = require('sparkplug-payload').get('spBv1.0');
const { Payload } = require('sparkplug-payload/lib/sparkplugPayloadProto').org.eclipse.tahu.protobuf;

const port = Number(process.argv[2]);
const say = (step, result) => process.stdout.write(JSON.stringify({ step, result }) + '\n');

/** What stands in a value as JSON: longs as text, bytes in hex, times not at all. */
function plain(value) {
  if (value === null || typeof value !== 'object') return value;
  if (value.unsigned !== undefined) return `${value}`;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'timestamp').map(([key, inner]) => [key, plain(inner)]));
}

function metric(read, wire) {
  const value = read.value ?? (wire.isNull ? null : Object.fromEntries(Object.entries(wire).filter(([key]) => key.endsWith('Value'))));
  const line = [read.name ?? `#${read.alias}`, read.type ?? (wire.datatype || null), plain(value)];
  return read.properties ? [...line, plain(read.properties)] : line;
}

function read(bytes) {
  const payload = sparkplug.decodePayload(bytes);
  const wire = Payload.decode(bytes);
  return [payload.seq === undefined ? null : Number(payload.seq), (payload.metrics ?? []).map((m, i) => metric(m, wire.metrics[i]))];
}

async function main() {
  const host = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'payload-js', reconnectPeriod: 0, connectTimeout: 20000 }, false);
  const write = (topic, ...metrics) => host.publish(topic, Buffer.from(sparkplug.encodePayload({ timestamp: Date.now(), metrics: metrics.map((m) => ({ ...m, timestamp: Date.now() })) })));
  let births = 0;
  host.on('message', (topic, bytes) => {
    const [, , type] = topic.split('/');
    if (type.endsWith('CMD')) return;
    say(type, [topic, ...read(bytes)]);
    if (type === 'DBIRTH' && ++births === 1) {
      write('spBv1.0/G/DCMD/E/D',
        { name: 'Int8', type: 'Int8', value: -3 }, { name: 'UInt32', type: 'UInt32', value: 4000000000 }, { name: 'Int64', type: 'Int64', value: { low: -5, high: -1 } },
        { name: 'Text', type: 'String', value: '中' }, { name: 'Number', type: 'Double', value: 2.5 }, { name: 'On', type: 'Boolean', value: true });
    } else if (type === 'DDATA') {
      write('spBv1.0/G/NCMD/E', { name: 'Node Control/Rebirth', type: 'Boolean', value: true });
    } else if (type === 'DBIRTH') {
      host.end();
    }
  });
  await host.subscribeAsync('spBv1.0/G/#', { qos: 1 });
  say('ready', true);
}

main().catch((error) => { say('failed', `${error.stack}`); process.exit(1); });
