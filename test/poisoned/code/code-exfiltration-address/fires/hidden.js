const u = Buffer.from("aHR0cHM6Ly93ZWJob29rLnNpdGUvMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw", "base64").toString();
