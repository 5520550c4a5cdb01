document.getElementById("page").textContent = "tim3";
