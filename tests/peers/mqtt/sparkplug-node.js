// An edge node of Cirrus Link's sparkplug-client (npm) behind the broker on the port given: group G, node E, device D. It tells births with a metric of every type that
// the library has, answers a rebirth request, gives back what a DCMD writes, and does what the metrics of an NCMD say: Data (300 messages), Device (death and
// birth of D), Drop (its connection breaks), Stop. Each step writes one line of JSON, and the test compares.
'use strict';

const sparkplug = require('sparkplug-client');

const say = (step, result) => process.stdout.write(JSON.stringify({ step, result }) + '\n');
const now = () => Date.now();

const node = sparkplug.newClient({
  serverUrl: `mqtt://127.0.0.1:${process.argv[2]}`,
  username: 'edge', password: 'x', groupId: 'G', edgeNode: 'E', clientId: 'edge-js', publishDeath: true,
  mqttOptions: { reconnectPeriod: 50 },
});

const typed = [
  ['Int8', -128], ['Int16', -32768], ['Int32', -2147483648], ['Int64', { low: 0, high: -2147483648 }],
  ['UInt8', 255], ['UInt16', 65535], ['UInt32', 4294967295], ['UInt64', { low: -1, high: -1 }],
  ['Float', -1.5], ['Double', 0.1], ['Boolean', true], ['String', '水位'], ['DateTime', 1486144502122], ['Text', ''],
  ['UUID', '6f9619ff-8b86-d011-b42d-00c04fc964ff'], ['Bytes', Buffer.from([0, 255])], ['File', Buffer.from('file')],
];

const births = () => {
  const timestamp = now();
  node.publishNodeBirth({
    timestamp,
    metrics: [
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false, timestamp },
      ...['Data', 'Device', 'Drop', 'Stop'].map((name) => ({ name: `Do/${name}`, type: 'Boolean', value: false, timestamp })),
      { name: 'Counter', alias: 7, type: 'UInt64', value: 0, timestamp },
      ...typed.map(([type, value]) => ({ name: `Types/${type}`, type, value, timestamp })),
      { name: 'Nothing', type: 'Int32', value: null, timestamp },
      {
        name: 'Table', type: 'DataSet', timestamp,
        value: { numOfColumns: 3, columns: ['a', 'b', 'c'], types: ['Int64', 'String', 'Boolean'], rows: [[1, 'x', true], [2, 'y', false]] },
      },
      {
        name: 'Motor', type: 'Template', timestamp,
        value: {
          isDefinition: true, version: '1', parameters: [{ name: 'poles', type: 'UInt32', value: 4 }],
          metrics: [{ name: 'rpm', type: 'Int32', value: 0, timestamp }],
        },
      },
      {
        name: 'Motor 1', type: 'Template', timestamp,
        value: {
          isDefinition: false, version: '1', templateRef: 'Motor', parameters: [{ name: 'poles', type: 'UInt32', value: 6 }],
          metrics: [{ name: 'rpm', type: 'Int32', value: 1450, timestamp }],
        },
      },
      {
        name: 'Described', type: 'Double', value: 1, timestamp,
        metadata: { contentType: 'none', size: 3, md5: 'abc', description: 'what it is', isMultiPart: false },
        properties: {
          engUnit: { type: 'String', value: 'kW' }, Quality: { type: 'Int32', value: 192 },
          inner: { type: 'PropertySet', value: { deep: { type: 'Int64', value: 5 } } },
          several: { type: 'PropertySetList', value: [{ a: { type: 'Boolean', value: true } }, { b: { type: 'Float', value: 0.5 } }] },
        },
      },
    ],
  });
  deviceBirth();
};

const deviceBirth = () => {
  const timestamp = now();
  node.publishDeviceBirth('D', {
    timestamp,
    metrics: [
      { name: 'Speed', type: 'UInt32', value: 10, timestamp },
      { name: 'Text', type: 'String', value: 'a', timestamp },
      { name: 'Level', type: 'Double', value: 0.5, timestamp },
      { name: 'Offset', type: 'Int16', value: 0, timestamp },
      { name: 'Since', type: 'DateTime', value: 1486144502122, timestamp },
    ],
  });
};

const actions = {
  'Node Control/Rebirth': births,
  'Do/Data': () => {
    for (let i = 1; i <= 300; i++) node.publishNodeData({ timestamp: now(), metrics: [{ alias: 7, type: 'UInt64', value: i, timestamp: now() }] });
  },
  'Do/Device': () => {
    node.publishDeviceDeath('D', { timestamp: now() });
    deviceBirth();
  },
  'Do/Drop': () => node.client.stream.destroy(),
  'Do/Stop': () => node.stop(),
};

node.on('birth', () => {
  say('birth', node.bdSeq);
  births();
});
node.on('ncmd', (payload) => {
  for (const metric of payload.metrics) {
    say('ncmd', [metric.name, metric.type ?? null, metric.value]);
    actions[metric.name]();
  }
});
node.on('dcmd', (device, payload) => {
  const timestamp = now();
  say('dcmd', [device, ...payload.metrics.map((m) => [m.name, m.type, m.value === null ? null : typeof m.value === 'object' ? `${m.value}` : m.value])]);
  node.publishDeviceData(device, { timestamp, metrics: payload.metrics.map((m) => ({ name: m.name, type: m.type, value: m.value, timestamp })) });
});
node.on('error', (error) => {
  say('failed', `${error}`);
  process.exit(1);
});
