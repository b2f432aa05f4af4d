// Everything that makes the server's pages live. Each part looks for its own elements and does nothing without them.
import { startConfirming } from './confirm.js';
import { startCopying } from './copy.js';
import { startDetails } from './details.js';
import { startEvents } from './events.js';
import { startEvidence } from './evidence.js';
import { startExamples } from './examples.js';
import { startPicture } from './picture.js';
import { startPrinting } from './print.js';
import { startSubscriptions } from './subscriptions.js';
import { startTabs } from './tabs.js';
import { startTerminals } from './terminal.js';
import { startToasts } from './toasts.js';
import { startTrends } from './trend.js';

startToasts();
startConfirming();
startCopying();
startTabs();
startExamples();
startPrinting();
startDetails();
startPicture();
startEvidence();
startSubscriptions();
startTerminals();
startTrends();
startEvents();
