/** Where a Chromium may be that numbers are measured in. The one from npm is another program, and slower to start. */
export const browserPlaces = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'];
