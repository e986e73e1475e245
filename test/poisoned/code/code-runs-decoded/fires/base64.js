eval(Buffer.from("Y29uc29sZS5sb2coJ2hlbGxvJyk7", "base64").toString("utf8"));
