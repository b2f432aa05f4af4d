// The aedes broker on the port given, for lab bench mqtt.
'use strict';

const { Aedes } = require('aedes');
const net = require('net');

(async () => {
  const broker = Aedes.createBroker ? await Aedes.createBroker() : new Aedes();
  const server = net.createServer({ noDelay: true }, broker.handle);
  server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('running'));
})();
