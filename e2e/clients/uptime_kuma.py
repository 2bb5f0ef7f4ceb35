"""apykuma: one push."""

import asyncio
import json
import os

import aiohttp
import apykuma


async def push():
    async with aiohttp.ClientSession() as session:
        answer = await apykuma.ping(session, f"{os.environ['PUSH']}?status=up&msg=OK&ping=12")
        return answer.status


print(json.dumps({"status": asyncio.run(push())}))
