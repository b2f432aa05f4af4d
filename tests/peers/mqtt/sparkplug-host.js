// A small Sparkplug host application on MQTT.js, with a protobuf reader of its own: follows the edge node bottling/gateway of the plant whose broker is on the port given,
// asks for a rebirth, writes the filler's set speed, and checks every sequence number. Each step writes one line of JSON, and the test compares.
'use strict';

const mqtt = require('mqtt');

const port = Number(process.argv[2]);
const say = (step, result) => process.stdout.write(JSON.stringify({ step, result }) + '\n');

/** Fields of a protobuf message: [number, wire type, value], varints as BigInt, the rest as bytes. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length) => bytes.subarray(at, at += length);
  while (at < bytes.length) {
    const key = Number(varint());
    const type = key & 7;
    yield [key >> 3, type === 0 ? varint() : type === 1 ? take(8) : type === 5 ? take(4) : take(Number(varint()))];
  }
}

function metric(bytes) {
  const read = {};
  for (const [number, value] of fields(bytes)) {
    if (number === 1) read.name = value.toString();
    else if (number === 2) read.alias = value;
    else if (number === 4) read.type = Number(value);
    else if (number === 7) read.value = null;
    else if (number === 10 || number === 11) read.value = Number(BigInt.asIntN(64, value));
    else if (number === 12) read.value = value.readFloatLE();
    else if (number === 13) read.value = value.readDoubleLE();
    else if (number === 14) read.value = value !== 0n;
    else if (number === 15) read.value = value.toString();
  }
  return read;
}

function payload(bytes) {
  const read = { metrics: [] };
  for (const [number, value] of fields(bytes)) {
    if (number === 2) read.metrics.push(metric(value));
    else if (number === 3) read.seq = Number(value);
  }
  return read;
}

const varint = (value) => {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};
const field = (number, type, ...parts) => Buffer.concat([varint((number << 3) | type), ...parts]);
const message = (number, bytes) => field(number, 2, varint(bytes.length), bytes);
const command = (...parts) => Buffer.concat([field(1, 0, varint(Date.now())), message(2, Buffer.concat([...parts, field(3, 0, varint(Date.now()))]))]);

async function main() {
  const now = Date.now();
  const state = (online) => JSON.stringify({ online, timestamp: now });
  const host = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'js-host', reconnectPeriod: 0, connectTimeout: 20000,
    will: { topic: 'spBv1.0/STATE/js', payload: state(false), qos: 1, retain: true },
  }, false);
  const devices = new Map();
  const aliases = new Map();
  const values = new Map();
  const wrong = [];
  let seq = null;
  let look = () => {};
  host.on('message', (topic, bytes, packet) => {
    const [, , type, , device] = topic.split('/');
    if (!['NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'DDEATH'].includes(type)) return;
    const read = payload(bytes);
    if (packet.qos !== 0 || packet.retain) wrong.push(`${type} qos ${packet.qos} retain ${packet.retain}`);
    if (type === 'NBIRTH') {
      if (read.seq !== 0) wrong.push(`NBIRTH seq ${read.seq}`);
      devices.clear();
      aliases.clear();
    } else if (seq !== null && read.seq !== (seq + 1) % 256) {
      wrong.push(`${type} seq ${read.seq} after ${seq}`);
    }
    seq = type === 'NBIRTH' || seq !== null ? read.seq : null;
    if (type === 'DBIRTH') devices.set(device, read.metrics.length);
    for (const m of read.metrics) {
      if (type.endsWith('BIRTH') && m.alias !== undefined) aliases.set(m.alias, `${device}/${m.name}`);
      const name = m.name ?? aliases.get(m.alias);
      if (seq !== null && name === undefined) wrong.push(`${type} alias ${m.alias}`);
      values.set(m.name === undefined ? name : `${device}/${m.name}`, m.value);
    }
    look();
  });
  const until = (holds) => new Promise((resolve) => {
    look = () => { if (holds()) resolve(); };
    look();
  });

  await host.subscribeAsync('spBv1.0/STATE/js', { qos: 1 });
  await host.publishAsync('spBv1.0/STATE/js', state(true), { qos: 1, retain: true });
  await host.subscribeAsync('spBv1.0/bottling/#', { qos: 0 });
  await host.publishAsync('spBv1.0/bottling/NCMD/gateway', command(message(1, Buffer.from('Node Control/Rebirth')), field(4, 0, varint(11)), field(14, 0, varint(1))));
  await until(() => devices.size === 6);
  say('devices', [...devices.keys()].sort());
  say('speed', values.get('filler-1/Command/MachSpeed'));

  const alias = [...aliases].find(([, name]) => name === 'filler-1/Command/MachSpeed')[0];
  const number = Buffer.alloc(8);
  number.writeDoubleLE(95.5);
  await host.publishAsync('spBv1.0/bottling/DCMD/gateway/filler-1', command(field(2, 0, varint(alias)), field(13, 1, number)));
  await until(() => values.get('filler-1/Command/MachSpeed') === 95.5);
  say('written', values.get('filler-1/Command/MachSpeed'));

  await host.publishAsync('spBv1.0/STATE/js', state(false), { qos: 1, retain: true });
  say('wrong', wrong);
  await host.endAsync();
}

main().catch((error) => { say('failed', `${error.stack}`); process.exit(1); });
